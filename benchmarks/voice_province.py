"""The directory that `bench-voice` and `bench-registrations` run with: half of the lines call, half answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dakehu.switch.directory import GroupEntry, LineEntry, VpnEntry

PASSWORD = "bench"  # noqa: S105 - of telephones that exist for a minute
GROUP_SIZE = 100


def line_names(count: int, offset: int) -> list[str]:
    return [f"0351{2_000_000 + offset + number}" for number in range(count)]


def publish(home: Path, lines: int, bystanders: int = 0) -> None:
    """Lines 0 … n-1 call, lines n … 2n-1 are called; a group has some of both. Bystanders come behind."""
    from dakehu.switch.directory import DirectoryWriter

    with DirectoryWriter(home / "directory.lmdb") as writer:
        writer.rebuild(lambda: province(lines, bystanders))


def province(lines: int, bystanders: int = 0) -> Iterator[LineEntry | GroupEntry | VpnEntry]:
    """Every line has all that a VPN's member may have, so that each rule is asked in each call.

    Centrex group and enterprise VPN with a closed user group and off-net barring; forwarding on busy, on no
    answer (with its limit of ringing) and a further number of its own, all of which are looked at and none
    of which applies; a restriction with its password, abbreviated dialling, call waiting; what the other
    side sees is decided by the plan.
    """
    from dakehu.centrex.domain.group import RightsLevel
    from dakehu.kernel.numbers import CallClass
    from dakehu.kernel.periods import Callers
    from dakehu.numbering.domain.onenumber import Bound, Follow, OneNumber
    from dakehu.numbering.domain.services import Restriction, Services
    from dakehu.switch.directory import GroupEntry, LineEntry, VpnEntry
    from dakehu.switch.sip import ha1

    vpn_name, main = "Bench", "03517009999"
    yield VpnEntry(1, 1, vpn_name, 5, main_number=main, shows_main_number=True)
    for group in range(1, 2 * lines // GROUP_SIZE + 1):
        gcn = f"0351{group + 7_000_000}"
        yield GroupEntry(group, group, "TY01", "0351", "9", "0", 4, 2 * GROUP_SIZE, gcn)
    foreign = Bound("013900000000", callers=Callers(prefixes=("+44",)))
    for number, name in enumerate(line_names(2 * lines, 0)):
        group = 1 + number % lines // GROUP_SIZE
        short = short_number(number, lines)
        yield LineEntry(
            name,
            "0351",
            "TY01",
            group,
            rights_level=RightsLevel.NATIONAL,
            group_id=group,
            short_number=short,
            sip_username=name,
            ha1_md5=ha1(name, "dakehu", PASSWORD),
            services=Services(
                forward_busy="8000",
                forward_no_answer="8000",
                no_answer_s=20,
                restriction=Restriction.INTERNATIONAL,
                restriction_key="0" * 64,
                abbreviated=tuple((f"{code:02d}", short_number(number + lines, lines)) for code in range(10)),
                call_waiting=True,
            ),
            vpn_id=1,
            vpn_short_number=f"{60_000 + number}",
            vpn_barred=(CallClass.INTERNATIONAL,),
            closed_group=group,
            services_version=1,
            one_number=OneNumber(Follow.TOGETHER, (foreign,)),
        )
    for name in line_names(bystanders, 2 * lines):
        yield LineEntry(name, "0351", "TY01", 1, sip_username=name, ha1_md5=ha1(name, "dakehu", PASSWORD))


def short_number(number: int, lines: int) -> str:
    """In the group's plan: 8000 … 8099 call, 8100 … 8199 are called."""
    return f"8{number % GROUP_SIZE + (GROUP_SIZE if number >= lines else 0):03d}"
