"""Where calls go and why, as a table."""

from __future__ import annotations

import pytest

from dakehu.kernel.numbers import CallClass
from dakehu.switch.callcontrol import REFUSALS, Connect, Deny, Reason, decide, explain
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.directory import LineEntry, MemoryView

IN, LOCAL, NATIONAL = CallClass.IN_GROUP, CallClass.LOCAL, CallClass.NATIONAL


@pytest.mark.parametrize(
    ("caller", "dialled", "called", "call_class", "shown", "trace"),
    [
        pytest.param(
            office.ANNA, "8002", office.BO, IN, "8001", ("CTX-03", "CTX-16"),
            marks=pytest.mark.req("CTX-01", "CTX-03", "CTX-16"),
        ),
        pytest.param(
            office.ANNA, "97778001", office.WORKER, LOCAL, "03512348001", ("CTX-04", "CTX-16"),
            marks=pytest.mark.req("CTX-04"),
        ),
        # a fellow member by the public number is a call outside
        (office.ANNA, "92348002", office.BO, LOCAL, "03512348001", ("CTX-04", "CTX-16")),
        (office.ANNA, "903512348002", office.BO, LOCAL, "03512348001", ("CTX-04", "CTX-16")),
        (office.ANNA, "903522221234", office.REMOTE, NATIONAL, "03512348001", ("CTX-04", "CTX-16")),
        (office.WORKER, "02348001", office.ANNA, LOCAL, "03517778001", ("CTX-04", "CTX-16")),
        (office.ANNA, "0", office.DESK, IN, "8001", ("CTX-12", "CTX-16")),
        (office.HOME, "2348001", office.ANNA, LOCAL, "03515551234", ("plan",)),
        (office.HOME, "+863512348001", office.ANNA, LOCAL, "03515551234", ("plan",)),
        (office.REMOTE, "03512348001", office.ANNA, NATIONAL, "03522221234", ("plan",)),
        # no right is needed inside the group
        (office.INSIDE_ONLY, "8002", office.BO, IN, "8005", ("CTX-03", "CTX-16")),
        (office.OWN_GROUP, "8002", office.BO, IN, "8010", ("CTX-03", "CTX-16")),
        (office.LOCAL_ONLY, "95551234", office.HOME, LOCAL, "03512348004", ("CTX-04", "CTX-16")),
        # a line in arrears rings still
        pytest.param(
            office.ANNA, "8006", office.ARREARS, IN, "8001", ("CTX-03", "CTX-16"),
            marks=pytest.mark.req("LIN-06"),
        ),
    ],
)  # fmt: skip
def test_a_call_that_rings(
    caller: LineEntry,
    dialled: str,
    called: LineEntry,
    call_class: CallClass,
    shown: str,
    trace: tuple[str, ...],
) -> None:
    decision = decide(office.TOWN, caller, dialled, office.signed_in)
    assert decision == Connect(called, call_class, shown, trace)


@pytest.mark.parametrize(
    ("caller", "dialled", "reason", "status", "trace"),
    [
        *(
            pytest.param(caller, dialled, reason, 403, ("LIN-06",), marks=pytest.mark.req("LIN-06"))
            for caller, reason in (
                (office.ARREARS, Reason.SUSPENDED_ARREARS),
                (office.VIOLATION, Reason.SUSPENDED_VIOLATION),
                (office.REQUEST, Reason.SUSPENDED_REQUEST),
            )
            for dialled in ("8002", "97778001", "8")
        ),
        pytest.param(
            office.LOCAL_ONLY, "903522221234", Reason.RIGHTS, 403, ("CTX-04", "CTX-06"),
            marks=pytest.mark.req("CTX-06"),
        ),
        (office.LOCAL_ONLY, "9114", Reason.RIGHTS, 403, ("CTX-04", "CTX-06")),
        (office.OWN_GROUP, "95551234", Reason.RIGHTS, 403, ("CTX-04", "CTX-06")),
        (office.HOME, "03522221234", Reason.RIGHTS, 403, ("plan", "CTX-06")),
        pytest.param(
            office.INSIDE_ONLY, "95551234", Reason.IN_GROUP_ONLY, 403, ("CTX-04", "CTX-14"),
            marks=pytest.mark.req("CTX-14"),
        ),
        (office.ANNA, "8099", Reason.UNKNOWN_NUMBER, 404, ("CTX-03", "unknown_number")),
        (office.ANNA, "92349999", Reason.UNKNOWN_NUMBER, 404, ("CTX-04", "unknown_number")),
        (office.HOME, "2349999", Reason.UNKNOWN_NUMBER, 404, ("plan", "unknown_number")),
        (office.ANNA, "80", Reason.INCOMPLETE_NUMBER, 484, ("CTX-03", "incomplete_number")),
        (office.ANNA, "9", Reason.INCOMPLETE_NUMBER, 484, ("CTX-04", "incomplete_number")),
        (office.ANNA, "80021", Reason.INVALID_NUMBER, 404, ("CTX-03", "invalid_number")),
        (office.ANNA, "", Reason.INCOMPLETE_NUMBER, 484, ("CTX-03", "incomplete_number")),
        (office.ANNA, "wang", Reason.INVALID_NUMBER, 404, ("CTX-03", "invalid_number")),
        (office.HOME, "8001@", Reason.INVALID_NUMBER, 404, ("plan", "invalid_number")),
        # emergencies are never barred, with the exit prefix or without; there is no way to them yet
        *(
            (caller, dialled, Reason.NO_GATEWAY, 404, (rule, "no_gateway"))
            for number in ("110", "119", "120", "122")
            for caller, dialled, rule in (
                (office.INSIDE_ONLY, number, "CTX-04"),
                (office.ARREARS, number, "CTX-04"),
                (office.OWN_GROUP, f"9{number}", "CTX-04"),
                (office.HOME, number, "plan"),
            )
        ),
        (office.ANNA, "913800000000", Reason.NO_GATEWAY, 404, ("CTX-04", "no_gateway")),
        (office.ANNA, "900442071234567", Reason.NO_GATEWAY, 404, ("CTX-04", "no_gateway")),
        (office.ANNA, "8001", Reason.OWN_NUMBER, 486, ("CTX-03", "own_number")),
        (office.ANNA, "92348001", Reason.OWN_NUMBER, 486, ("CTX-04", "own_number")),
        (office.ANNA, "8009", Reason.NOT_REGISTERED, 480, ("CTX-03", "not_registered")),
        (office.ANNA, "8007", Reason.CALLED_SUSPENDED, 480, ("CTX-03", "LIN-06")),
        (office.ANNA, "8008", Reason.CALLED_SUSPENDED, 480, ("CTX-03", "LIN-06")),
        (office.DESK, "0", Reason.NO_ATTENDANT, 480, ("CTX-12", "no_attendant")),
    ],
)  # fmt: skip
def test_a_call_that_is_refused(
    caller: LineEntry, dialled: str, reason: Reason, status: int, trace: tuple[str, ...]
) -> None:
    decision = decide(office.TOWN, caller, dialled, office.signed_in)
    assert isinstance(decision, Deny)
    assert (decision.reason, decision.trace) == (reason, trace)
    assert REFUSALS[reason].status == status


def test_a_group_that_is_not_published_refuses() -> None:
    decision = decide(MemoryView([office.ANNA]), office.ANNA, "8002", office.signed_in)
    assert decision == Deny(Reason.GROUP_UNKNOWN, ("group_unknown",))


def test_what_was_found_of_a_refused_call_is_told() -> None:
    decision = decide(office.TOWN, office.LOCAL_ONLY, "903522221234", office.signed_in)
    assert isinstance(decision, Deny)
    assert (decision.called_number, decision.call_class) == ("03522221234", NATIONAL)


@pytest.mark.parametrize("caller", office.LINES, ids=lambda line: line.public_number)
@pytest.mark.parametrize("dialled", ["8002", "8009", "95551234", "903522221234", "0", "110", "", "77"])
def test_explaining_tells_what_calling_does(caller: LineEntry, dialled: str) -> None:
    decision = decide(office.TOWN, caller, dialled, office.signed_in)
    told = explain(office.TOWN, caller, dialled, office.signed_in)
    assert isinstance(decision, Connect | Deny)
    assert told.trace == decision.trace
    assert told.call_class == decision.call_class
    assert told.rings == isinstance(decision, Connect)
    if isinstance(decision, Connect):
        assert (told.called_number, told.shown_number) == (
            decision.called.public_number,
            decision.shown_number,
        )
    else:
        assert told.reason is decision.reason


def test_explaining_without_registrations_takes_every_line_as_signed_in() -> None:
    assert explain(office.TOWN, office.ANNA, "8009").rings
