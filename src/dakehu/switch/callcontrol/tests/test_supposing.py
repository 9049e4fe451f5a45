"""What is supposed of the called line, and that a real switch in that state decides the same."""

from __future__ import annotations

import pytest
from msgspec.structs import replace as changed

from dakehu.numbering.domain.services import Services
from dakehu.switch.callcontrol import Failure, Reason, State, explain, suppose
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.directory import LineEntry, MemoryView, Overlaid

BO = changed(office.BO, services=Services(forward_busy="8005"))


def town(*lines: LineEntry) -> MemoryView:
    known = {line.public_number: line for line in (*office.LINES, *lines)}
    return MemoryView(known.values(), (office.OFFICE, office.WORKS))


@pytest.mark.req("CTX-07", "VPN-05", "LIN-03")
@pytest.mark.parametrize(
    ("bo", "state", "reason", "called"),
    [
        (office.BO, State.IDLE, None, office.BO),
        (office.BO, State.BUSY, Reason.BUSY, office.BO),
        (office.BO, State.AWAY, Reason.NOT_REGISTERED, office.BO),
        (office.BO, State.ABSENT, Reason.ABSENT, office.BO),
        (office.BO, State.NO_ANSWER, None, office.BO),
        # the target of its forwarding is at rest
        (BO, State.BUSY, None, office.INSIDE_ONLY),
        (changed(BO, services=Services(forward_always="8005")), State.ABSENT, None, office.INSIDE_ONLY),
    ],
)
def test_the_called_line_in_each_state(
    bo: LineEntry, state: State, reason: Reason | None, called: LineEntry
) -> None:
    supposed = suppose(town(bo), office.ANNA, "8002", state, office.MONDAY_NOON)
    told = explain(supposed.view, office.ANNA, "8002", supposed.live)
    assert (told.reason, told.called_number) == (reason, called.public_number)
    assert supposed.named == {bo.public_number}


@pytest.mark.parametrize(
    ("state", "real"),
    [
        (State.BUSY, office.Switch(absent=frozenset(), in_calls={BO.public_number: 1})),
        (State.AWAY, office.Switch(absent=frozenset({BO.public_number}))),
        (State.IDLE, office.Switch(absent=frozenset())),
    ],
)
def test_a_switch_in_that_state_decides_the_same(state: State, real: office.Switch) -> None:
    supposed = suppose(town(BO), office.ANNA, "8002", state, office.MONDAY_NOON)
    assert explain(supposed.view, office.ANNA, "8002", supposed.live) == explain(
        town(BO), office.ANNA, "8002", real
    )


@pytest.mark.req("CTX-12", "CTX-08")
def test_busy_attendants_let_the_caller_wait() -> None:
    supposed = suppose(office.TOWN, office.ANNA, "0", State.BUSY, office.MONDAY_NOON)
    told = explain(supposed.view, office.ANNA, "0", supposed.live)
    assert supposed.named == {office.BOSS.public_number, office.DESK.public_number}
    assert (told.status, sorted(told.queued)) == (182, sorted(supposed.named))


@pytest.mark.parametrize("dialled", ["*57*8002#", "*55*0700#", "777", "*542*1#"])
def test_digits_that_name_no_line(dialled: str) -> None:
    for state in State:
        supposed = suppose(office.TOWN, office.ANNA, dialled, state, office.MONDAY_NOON)
        assert supposed.named == frozenset()


def test_a_failure_leads_on_after_its_time() -> None:
    bo = changed(office.BO, services=Services(forward_no_answer="8005", no_answer_s=15))
    supposed = suppose(town(bo), office.ANNA, "8002", State.NO_ANSWER, office.MONDAY_NOON)
    told = explain(supposed.view, office.ANNA, "8002", supposed.live)
    onward = dict(told.otherwise)[Failure.NO_ANSWER]
    assert (told.no_answer_s, [rung.number for rung in told.rung]) == (15, [bo.public_number])
    assert [(rung.number, rung.by) for rung in onward.rung] == [("03512348005", bo.public_number)]


def test_an_overlaid_view_shows_lines_however_they_are_found() -> None:
    seen = Overlaid(office.TOWN, lambda line: changed(line, sip_username="seen"))
    bo = office.BO
    found = (
        seen.line(bo.public_number),
        seen.line_by_short(7, "8002"),
        seen.line_by_username(bo.sip_username),
    )
    assert [line.sip_username for line in found if line is not None] == ["seen"] * 3
    assert (seen.line("1"), seen.group(7), seen.trunks()) == (None, office.OFFICE, ())
