"""A group's or a VPN's own feature codes in decisions, and what is kept of digits then."""

from __future__ import annotations

import pytest
from msgspec.structs import replace as changed

from dakehu.numbering.domain.codetables import Moved
from dakehu.numbering.domain.featurecodes import Told
from dakehu.switch.callcontrol import Connect, Serve, decide, explain, shown_digits
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.callcontrol.tests.test_authenticating import BO, LOCAL
from dakehu.switch.callcontrol.tests.test_vpn import VPN, joined
from dakehu.switch.directory import LineEntry, MemoryView

OWN: Moved = (("do_not_disturb", "72"), ("call_by_password", "57"), ("forward_always", "73"))
SINGLE = joined(office.HOME, "61009")


def town(group: Moved = (), vpn: Moved = ()) -> MemoryView:
    known = {line.public_number: line for line in (*office.LINES, BO, LOCAL, SINGLE)}
    groups = (changed(office.OFFICE, codes=group), office.WORKS)
    return MemoryView(known.values(), groups, (changed(VPN, codes=vpn),))


@pytest.mark.parametrize(
    ("line", "view", "code", "told"),
    [
        (BO, town(), "*56#", Told.ACTIVATED),
        (BO, town(OWN), "*56#", Told.UNKNOWN),
        (BO, town(OWN), "*72#", Told.ACTIVATED),
        (BO, town(OWN), "*#58#", Told.IS_OFF),
        (BO, town((), OWN), "*72#", Told.ACTIVATED),
        (BO, town((("absent", "74"),), OWN), "*72#", Told.UNKNOWN),  # the group's table counts, whole
        (SINGLE, town(OWN), "*56#", Told.ACTIVATED),
        (SINGLE, town((), OWN), "*72#", Told.ACTIVATED),
        (office.WORKER, town(OWN, OWN), "*56#", Told.ACTIVATED),
    ],
)
def test_which_codes_a_line_dials(line: LineEntry, view: MemoryView, code: str, told: Told) -> None:
    decision = decide(view, line, code, office.signed_in)
    assert isinstance(decision, Serve)
    assert decision.told is told
    assert explain(view, line, code).told is told


@pytest.mark.req("VPN-13")
def test_a_moved_code_takes_its_password_with_it() -> None:
    digits = "*57*61002*4711*903522221234#"
    assert isinstance(decide(town(OWN), LOCAL, digits, office.signed_in), Connect)
    assert shown_digits(town(OWN), LOCAL, digits) == "*57*61002*xxxx*903522221234#"
    assert shown_digits(town(OWN), LOCAL, "*542*4711*903522221234#") == "*542*xxxx*xxxx#"
