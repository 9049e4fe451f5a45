"""A small town for tests: a group with a console, a second group, single lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from dakehu.centrex.domain.group import RightsLevel
from dakehu.kernel.clock import cst
from dakehu.numbering.domain.lines import LineStatus
from dakehu.numbering.domain.trunks import Gateway
from dakehu.switch.callcontrol.decisions import WishKind
from dakehu.switch.directory.entries import GroupEntry, LineEntry
from dakehu.switch.directory.view import MemoryView

OFFICE = GroupEntry(
    7,
    70,
    "TY01",
    "0351",
    "9",
    "0",
    4,
    100,
    "03512340000",
    "办公室",
    attendants=("03512348000", "03512348003"),
)
WORKS = GroupEntry(8, 80, "TY01", "0351", "0", "", 3, 50, "03517770000", "工厂")


def member(short: str, **changes: object) -> LineEntry:
    entry = LineEntry(
        f"0351234{short}",
        "0351",
        "TY01",
        70,
        group_id=7,
        short_number=short,
        sip_username=f"tel{short}",
        rights_level=RightsLevel.INTERNATIONAL,
    )
    return msgspec.structs.replace(entry, **changes)


BOSS = member("8000", is_attendant=True)
ANNA = member("8001")
BO = member("8002")
DESK = member("8003", is_attendant=True)
LOCAL_ONLY = member("8004", rights_level=RightsLevel.LOCAL, rights_special=False)
INSIDE_ONLY = member("8005", in_group_only=True)
ARREARS = member("8006", status=LineStatus.SUSPENDED_ARREARS)
VIOLATION = member("8007", status=LineStatus.SUSPENDED_VIOLATION)
REQUEST = member("8008", status=LineStatus.SUSPENDED_REQUEST)
ABSENT = member("8009")
OWN_GROUP = member("8010", rights_level=RightsLevel.OWN_GROUP, rights_special=False)
WORKER = LineEntry("03517778001", "0351", "TY01", 80, group_id=8, short_number="801", sip_username="works801")
HOME = LineEntry("03515551234", "0351", "TY01", 90, sip_username="home")
REMOTE = LineEntry(
    "03522221234", "0352", "DT01", 91, sip_username="remote", rights_level=RightsLevel.NATIONAL
)
LINES = (
    BOSS, ANNA, BO, DESK, LOCAL_ONLY, INSIDE_ONLY, ARREARS, VIOLATION, REQUEST, ABSENT, OWN_GROUP, WORKER,
    HOME, REMOTE,
)  # fmt: skip
TOWN = MemoryView(LINES, (OFFICE, WORKS))
MONDAY_NOON = cst(2026, 11, 23, 12)


@dataclass(frozen=True)
class Switch:
    """Each line has one telephone (or `each`), but for the `absent`; `in_calls` counts lines' calls."""

    absent: frozenset[str] = frozenset({ABSENT.public_number, BOSS.public_number})
    in_calls: Mapping[str, int] = field(default_factory=dict)
    moment: datetime = MONDAY_NOON
    each: int = 1
    locked: frozenset[str] = frozenset()
    on_trunks: Mapping[str, int] = field(default_factory=dict)
    down: frozenset[Gateway] = frozenset()
    wanted: Mapping[str, frozenset[WishKind]] = field(default_factory=dict)
    busy: Mapping[str, str] = field(default_factory=dict)
    served: Mapping[str, int] = field(default_factory=dict)

    def telephones(self, line: LineEntry) -> int:
        return 0 if line.public_number in self.absent else self.each

    def calls(self, line: LineEntry) -> int:
        return self.in_calls.get(line.public_number, 0)

    def is_locked(self, line: LineEntry, owner: str) -> bool:
        return not self.locked.isdisjoint({line.public_number, owner})

    def trunk_calls(self, code: str) -> int:
        return self.on_trunks.get(code, 0)

    def is_down(self, gateway: Gateway) -> bool:
        return gateway in self.down

    def taken(self, console: str) -> int:
        return self.served.get(console, 0)

    def now(self) -> datetime:
        return self.moment

    def wishes(self, line: LineEntry) -> frozenset[WishKind]:
        return self.wanted.get(line.public_number, frozenset())

    def met_busy(self, line: LineEntry) -> str:
        return self.busy.get(line.public_number, "")


signed_in = Switch()
