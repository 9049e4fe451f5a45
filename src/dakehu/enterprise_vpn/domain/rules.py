"""Which VPNs and which members are lawful; every fault at once.

A short number wins over the public plan, so it may not hide what leads out: it is no emergency number and
doesn't begin with the exit prefix, or, where public numbers are dialled as they are, it is neither a public
number itself nor begins as the trunk does (0).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from dakehu.enterprise_vpn.domain import errors
from dakehu.enterprise_vpn.domain.vpn import Vpn, VpnMember
from dakehu.kernel.errors import DomainError
from dakehu.kernel.numbers import EMERGENCY, CallClass, Unreachable, classify
from dakehu.numbering.domain.lines import LineKind

SHORTEST, LONGEST = 3, 6
BARRABLE = (CallClass.LOCAL, CallClass.NATIONAL, CallClass.INTERNATIONAL, CallClass.SPECIAL)
_DIGITS = frozenset("0123456789")
_ANY_AREA = "0351"  # whether digits are a number by themselves is the same in the whole province


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A line in service that is to be a member. `customer_ids` are its customer and that one's parent.

    `group_id` and `group_short` are its Centrex group's, 0 and empty for a single line; `vpn_id` 0 is no VPN.
    """

    public_number: str
    kind: LineKind
    customer_ids: tuple[int, ...]
    group_id: int = 0
    group_short: str = ""
    vpn_id: int = 0


def check_vpn(vpn: Vpn) -> list[DomainError]:
    """The faults of a VPN's plan and settings."""
    faults: list[DomainError] = []
    if not SHORTEST <= vpn.short_length <= LONGEST:
        limits = {"least": SHORTEST, "most": LONGEST}
        faults.append(errors.ShortLengthInvalid(field="short_length", length=vpn.short_length, **limits))
    if vpn.exit_prefix and (len(vpn.exit_prefix) != 1 or vpn.exit_prefix not in _DIGITS):
        faults.append(errors.ExitPrefixInvalid(field="exit_prefix", prefix=vpn.exit_prefix))
    if vpn.attendant and not _fits(vpn, vpn.attendant):
        fault = errors.AttendantInvalid(field="attendant", number=vpn.attendant, length=vpn.short_length)
        faults.append(fault)
    elif vpn.attendant and hides(vpn, vpn.attendant):
        faults.append(errors.ShortNumberHides(field="attendant", short_number=vpn.attendant))
    if vpn.shows_main_number and not vpn.main_number:
        faults.append(errors.MainNumberMissing(field="main_number"))
    return faults


def check_plan_change(vpn: Vpn, taken: Iterable[str]) -> list[DomainError]:
    """The faults of a changed plan with the short numbers that members have."""
    unfit = sorted(n for n in taken if not _fits(vpn, n) or hides(vpn, n) or n == vpn.attendant)
    return [errors.PlanInUse(field="short_length", numbers=unfit[:5])] if unfit else []


def check_short_number(vpn: Vpn, short_number: str, taken: Collection[str]) -> list[DomainError]:
    """The faults of a member's short number; `taken` are the other members'."""
    if not _fits(vpn, short_number):
        invalid = errors.ShortNumberInvalid
        return [invalid(field="short_number", short_number=short_number, length=vpn.short_length)]
    if hides(vpn, short_number):
        return [errors.ShortNumberHides(field="short_number", short_number=short_number)]
    if short_number in taken or short_number == vpn.attendant:
        return [errors.ShortNumberTaken(field="short_number", short_number=short_number)]
    return []


def check_member(
    vpn: Vpn, member: VpnMember, line: LineFacts, taken: Collection[str], *, group_id: int = 0
) -> list[DomainError]:
    """The faults of a line that is to join, with the Centrex group `group_id` or else as a single line."""
    return [
        *_line_faults(vpn, line, group_id),
        *check_short_number(vpn, member.short_number, taken),
        *_group_number_faults(vpn, member.short_number, line),
        *check_barring(member.barred),
    ]


def check_change(
    vpn: Vpn, member: VpnMember, line: LineFacts, others_taken: Collection[str]
) -> list[DomainError]:
    """The faults of a member's new short number and barring."""
    return [
        *check_short_number(vpn, member.short_number, others_taken),
        *_group_number_faults(vpn, member.short_number, line),
        *check_barring(member.barred),
    ]


def check_barring(barred: Iterable[CallClass]) -> list[DomainError]:
    """Off-net classes alone can be barred (VPN-08)."""
    return [
        errors.ClassNotBarred(field="barred", call_class=str(each)) for each in barred if each not in BARRABLE
    ]


def hides(vpn: Vpn, short_number: str) -> bool:
    """Whether who dials it means something outside."""
    if short_number in EMERGENCY:
        return True
    if vpn.exit_prefix:
        return short_number.startswith(vpn.exit_prefix)
    found = classify(short_number, _ANY_AREA)
    return short_number.startswith("0") or not isinstance(found, Unreachable)


def proposals(vpn: Vpn, public_number: str, taken: Collection[str], lead: str = "") -> str | None:
    """`lead` and the last digits of the public number, or the next lawful number with that lead.

    None where no number with that lead is left, or it is too long.
    """
    width = vpn.short_length - len(lead)
    if width < 1:
        return None
    for tail in _tails(public_number[-width:].rjust(width, "0"), width):
        if not check_short_number(vpn, lead + tail, taken):
            return lead + tail
    return None


def _tails(first: str, width: int) -> Iterator[str]:
    """All tails of that width, from the first one round."""
    size = 10**width
    start = int(first) if _DIGITS.issuperset(first) else 0
    for step in range(size):
        yield f"{(start + step) % size:0{width}d}"


def _line_faults(vpn: Vpn, line: LineFacts, group_id: int) -> list[DomainError]:
    """VPN-01."""
    faults: list[DomainError] = []
    number = line.public_number
    if line.kind is LineKind.DID:
        faults.append(errors.LineIsDid(field="public_number", number=number))
    if vpn.customer_id not in line.customer_ids:
        faults.append(errors.LineForeign(field="public_number", number=number))
    if line.vpn_id:
        faults.append(errors.LineInVpn(field="public_number", number=number))
    if line.group_id != group_id:
        faults.append(errors.LineOfGroup(field="public_number", number=number))
    return faults


def _group_number_faults(vpn: Vpn, short_number: str, line: LineFacts) -> list[DomainError]:
    """Two plans of one length must not give one number to two lines: the group's own would win."""
    if len(line.group_short) != vpn.short_length or line.group_short == short_number:
        return []
    return [errors.GroupNumbersDiffer(field="short_number", short_number=short_number, own=line.group_short)]


def _fits(vpn: Vpn, digits: str) -> bool:
    return len(digits) == vpn.short_length and _DIGITS.issuperset(digits)
