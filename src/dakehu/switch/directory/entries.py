"""What the directory knows of a line and of a group: everything a call's decision needs, and no secret.

Entries are stored as MessagePack arrays: a field is only ever added at the end, with a default, so that
either program may be the newer one. A line's password is never here: HA1 (RFC 7616 section 3.4.2, RFC 8760)
authenticates telephones and is worth as much as the password for this realm alone, so the file is kept
readable by its owner only.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from dakehu.centrex.domain.group import CallRights, Group, Member, RightsLevel
from dakehu.enterprise_vpn.domain.attendance import Share
from dakehu.enterprise_vpn.domain.vpn import Vpn, VpnMember
from dakehu.kernel.numbers import CallClass
from dakehu.numbering.domain.codetables import Moved
from dakehu.numbering.domain.lines import LineKind, LineStatus
from dakehu.numbering.domain.onenumber import OneNumber
from dakehu.numbering.domain.services import NO_SERVICES, Services
from dakehu.numbering.domain.trunks import TrunkGroup
from dakehu.ringback.domain.choice import ToneSettings


class LineEntry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A line (LIN-01). Numbers are in national form ("03512345678").

    `group_id` 0 means no group; then `short_number` is empty. `ha1_md5` and `ha1_sha256` are 32 and 64
    lower-case hexadecimal digits of `sip_username:realm:password`, empty where unknown; a line without
    `sip_username` has no telephone that registers. `services` is None for a line that has none switched on.
    `vpn_id` 0 means no enterprise VPN. A line `is_multichannel` takes as many calls as come.
    `services_version` orders the changes of services: what the voice process itself has kept of the line
    counts as long as its version is higher. `one_number` is None where it is no main number (IN-02, IN-04).
    `tones` are its subscriber's own, by the digests of their sounds, approved ones alone (VPN-17).
    """

    public_number: str
    area_code: str
    exchange: str
    customer_id: int
    kind: LineKind = LineKind.FIXED
    status: LineStatus = LineStatus.ACTIVE
    rights_level: RightsLevel = RightsLevel.LOCAL
    rights_special: bool = True
    in_group_only: bool = False
    outgoing_restriction: bool = False
    group_id: int = 0
    short_number: str = ""
    is_attendant: bool = False
    sip_username: str = ""
    ha1_md5: str = ""
    ha1_sha256: str = ""
    services: Services | None = None
    vpn_id: int = 0
    vpn_short_number: str = ""
    vpn_barred: tuple[CallClass, ...] = ()
    closed_group: int = 0
    is_multichannel: bool = False
    services_version: int = 0
    one_number: OneNumber | None = None
    tones: ToneSettings[str] | None = None

    @property
    def has(self) -> Services:
        """The supplementary services."""
        return self.services or NO_SERVICES

    @property
    def is_unlimited(self) -> bool:
        """Whether it is never busy for us: a console, several channels, or a customer's own PBX."""
        return self.is_attendant or self.is_multichannel or self.kind is LineKind.DID

    @property
    def vpn_member(self) -> VpnMember | None:
        """The line as the rules of the enterprise VPN see it, None where it is in none."""
        if not self.vpn_id:
            return None
        return VpnMember(
            public_number=self.public_number,
            short_number=self.vpn_short_number,
            barred=frozenset(self.vpn_barred),
            closed_group=self.closed_group,
        )

    @property
    def rights(self) -> CallRights:
        return CallRights(self.rights_level, self.rights_special)

    @property
    def member(self) -> Member:
        """The line as the rules of Centrex see it."""
        return Member(
            public_number=self.public_number,
            short_number=self.short_number,
            rights=self.rights,
            in_group_only=self.in_group_only,
            outgoing_restriction=self.outgoing_restriction,
            is_attendant=self.is_attendant,
        )


class GroupEntry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A Centrex group (CTX-01, CTX-04, CTX-10, CTX-12).

    `attendants` are the public numbers of its consoles in the order in which they are tried; `night` is the
    public number that has their calls while none is there. `codes` are the feature codes that it has in place
    of national ones: feature and digits. `tones` are as a line has them, the whole group's.
    """

    group_id: int
    customer_id: int
    exchange: str
    area_code: str
    exit_prefix: str
    attendant_prefix: str
    short_length: int
    capacity: int
    gcn: str
    name: str = ""
    attendants: tuple[str, ...] = ()
    night: str = ""
    codes: Moved = ()
    tones: ToneSettings[str] | None = None

    @property
    def group(self) -> Group:
        """The group as the rules of Centrex see it."""
        return Group(
            exchange=self.exchange,
            area_code=self.area_code,
            exit_prefix=self.exit_prefix,
            attendant_prefix=self.attendant_prefix,
            short_length=self.short_length,
            capacity=self.capacity,
            gcn=self.gcn,
            group_id=self.group_id,
            customer_id=self.customer_id,
            name=self.name,
        )


class VpnEntry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An enterprise VPN (VPN-01).

    `attendants` are the public numbers of its consoles in order, `shares` how they share the calls (VPN-11),
    `night` the public number that has them while none is logged in, `attendant_limit` how many may be.
    `codes` are as a group has them; where a line is in both, the group's count. `tones`
    are as a line has them; here the VPN's count first (VPN-16).
    """

    vpn_id: int
    customer_id: int
    name: str
    short_length: int
    exit_prefix: str = ""
    attendant: str = ""
    main_number: str = ""
    shows_main_number: bool = False
    attendants: tuple[str, ...] = ()
    shares: tuple[Share, ...] = ()
    night: str = ""
    attendant_limit: int = 0
    codes: Moved = ()
    tones: ToneSettings[str] | None = None

    @property
    def vpn(self) -> Vpn:
        """The VPN as its rules see it."""
        return Vpn(
            short_length=self.short_length,
            exit_prefix=self.exit_prefix,
            attendant=self.attendant,
            main_number=self.main_number,
            shows_main_number=self.shows_main_number,
            vpn_id=self.vpn_id,
            customer_id=self.customer_id,
            name=self.name,
        )


Entry: TypeAlias = LineEntry | GroupEntry | VpnEntry | TrunkGroup
