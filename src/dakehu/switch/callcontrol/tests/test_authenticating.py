"""Calls by password: whose rights count, who pays, what is refused; as tables."""

from __future__ import annotations

import pytest
from msgspec.structs import replace as changed

from dakehu.centrex.domain.group import RightsLevel
from dakehu.kernel.numbers import CallClass
from dakehu.numbering.domain.featurecodes import Told
from dakehu.numbering.domain.lines import LineStatus
from dakehu.numbering.domain.passwords import password_key
from dakehu.numbering.domain.services import ForwardKind, Restriction, Services
from dakehu.switch.callcontrol import (
    Connect,
    Deny,
    Failure,
    Media,
    Reason,
    Serve,
    actions,
    decide,
    events,
    explain,
    new_call,
    step,
)
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.callcontrol.tests.test_vpn import VPN, joined
from dakehu.switch.directory import LineEntry, MemoryView

ANNA = joined(office.ANNA, "61001")
LOCAL = joined(office.LOCAL_ONLY, "61004")
INSIDE = joined(office.INSIDE_ONLY, "61005", vpn_barred=(CallClass.LOCAL, CallClass.NATIONAL))
FAR = "903522221234"


def with_password(line: LineEntry, password: str, **services: object) -> LineEntry:
    key = password_key(line.public_number, password)
    return changed(line, services=Services(vpn_key=key, **services))  # type: ignore[arg-type]  # its own fields


BO = with_password(joined(office.BO, "61002", rights_level=RightsLevel.NATIONAL), "4711")
RESTRICTED = changed(LOCAL, services=Services(restriction=Restriction.ALL))
OWNER = with_password(LOCAL, "0815")


def town(*lines: LineEntry) -> MemoryView:
    """The town, these lines as they are given."""
    known = {line.public_number: line for line in (*office.LINES, ANNA, BO, LOCAL, INSIDE, *lines)}
    return MemoryView(known.values(), (office.OFFICE, office.WORKS), (VPN,))


@pytest.mark.req("VPN-13")
@pytest.mark.parametrize(
    "caller", [LOCAL, INSIDE, changed(LOCAL, services=Services(restriction=Restriction.ALL))]
)
@pytest.mark.parametrize("number", [FAR, FAR[1:], "903515551234"])
def test_the_rights_are_the_owners_at_any_telephone(caller: LineEntry, number: str) -> None:
    """As the telephone dials, or as the public writes it; barring and restriction of the telephone rest."""
    found = decide(town(caller), caller, f"*542*61002*4711*{number}#", office.signed_in)
    assert isinstance(found, Connect), found
    assert found.called in {office.REMOTE, office.HOME}
    assert (found.trace[0], found.authorised_by, found.shown_number) == (
        "VPN-13",
        BO.public_number,
        caller.public_number,
    )


NATIONAL = with_password(ANNA, "4711", restriction=Restriction.NATIONAL)


@pytest.mark.req("VPN-13")
@pytest.mark.parametrize(
    ("caller", "code", "lines", "reason", "trace"),
    [
        (LOCAL, "*542*61002*4712*{}#", (), Reason.PASSWORD_WRONG, ("VPN-13", "password_wrong")),
        # nobody there, nothing set: the same answer
        (LOCAL, "*542*69999*4711*{}#", (), Reason.PASSWORD_WRONG, ("VPN-13", "password_wrong")),
        (LOCAL, "*542*61001*4711*{}#", (), Reason.PASSWORD_WRONG, ("VPN-13", "password_wrong")),
        (LOCAL, "*542*4711*{}#", (), Reason.PASSWORD_WRONG, ("VPN-13", "password_wrong")),
        # too short, too long, something missing
        (LOCAL, "*542*61002*471*{}#", (), Reason.INVALID_NUMBER, ("VPN-13", "invalid_number")),
        (LOCAL, "*542*61002*4711000*{}#", (), Reason.INVALID_NUMBER, ("VPN-13", "invalid_number")),
        (LOCAL, "*542*{}#", (), Reason.INVALID_NUMBER, ("VPN-13", "invalid_number")),
        (office.HOME, "*542*61002*4711*{}#", (), Reason.INVALID_NUMBER, ("VPN-13", "invalid_number")),
        # the owner has not the right either, or is suspended
        (OWNER, "*542*0815*{}#", (OWNER,), Reason.RIGHTS, ("VPN-13", "CTX-04", "CTX-06")),
        (LOCAL, "*542*61001*4711*{}#", (NATIONAL,), Reason.RESTRICTED, ("VPN-13", "CTX-04", "CTX-15")),
        (LOCAL, "*542*61002*4711*{}#", (changed(BO, status=LineStatus.SUSPENDED_ARREARS),),
         Reason.SUSPENDED_ARREARS, ("VPN-13", "LIN-06")),
        # the telephone's line is suspended
        (changed(LOCAL, status=LineStatus.SUSPENDED_REQUEST), "*542*61002*4711*{}#", (),
         Reason.SUSPENDED_REQUEST, ("LIN-06",)),
    ],
)  # fmt: skip
def test_what_is_refused(
    caller: LineEntry, code: str, lines: tuple[LineEntry, ...], reason: Reason, trace: tuple[str, ...]
) -> None:
    found = decide(town(*lines), caller, code.format(FAR), office.signed_in)
    assert isinstance(found, Deny), found
    assert (found.reason, found.trace) == (reason, trace)


@pytest.mark.req("VPN-13")
@pytest.mark.parametrize("locked", [LOCAL.public_number, BO.public_number])
def test_a_lock_holds_against_the_right_password(locked: str) -> None:
    live = office.Switch(locked=frozenset({locked}))
    found = decide(town(), LOCAL, f"*542*61002*4711*{FAR}#", live)
    assert isinstance(found, Deny)
    assert (found.reason, found.authorised_by) == (Reason.PASSWORD_LOCKED, BO.public_number)


@pytest.mark.req("VPN-13", "CTX-15")
@pytest.mark.parametrize("code", ["*54*12341#", "#54*1234#", "*541*1234*4321*4321#", "*543*1234*4321*4321#"])
def test_a_lock_holds_for_the_telephones_own_passwords_too(code: str) -> None:
    live = office.Switch(locked=frozenset({ANNA.public_number}))
    found = decide(town(), ANNA, code, live)
    assert isinstance(found, Serve)
    assert (found.told, found.changed) == (Told.REFUSED, None)


@pytest.mark.req("VPN-13")
def test_explaining_tries_no_password() -> None:
    """Whoever may ask "what would happen" learns nothing about a password."""
    for code in (f"*542*61002*0000*{FAR}#", f"*542*61002*4711*{FAR}#"):
        assert explain(town(), LOCAL, code).called_number == office.REMOTE.public_number
    restricted = with_password(ANNA, "4711", restriction_key=password_key(ANNA.public_number, "1234"))
    told = [explain(town(restricted), restricted, code).told for code in ("#54*1234#", "#54*9999#")]
    assert told == [Told.CANCELLED] * 2


@pytest.mark.req("VPN-13")
def test_the_telephone_pays_and_the_record_says_who_allowed_it() -> None:
    home = changed(
        office.HOME, services=Services(forward_busy="03522221234"), rights_level=RightsLevel.NATIONAL
    )
    found = decide(town(home), LOCAL, "*542*61002*4711*95551234#", office.signed_in)
    assert isinstance(found, Connect)
    later = found.otherwise[Failure.BUSY]
    assert later.diversion is not None
    assert (later.authorised_by, later.diversion.kind) == (BO.public_number, ForwardKind.BUSY)
    call = new_call(record_id="r", call_id="c", caller=LOCAL, dialled="", now_ms=1)
    call, _ = step(call, events.InviteArrived(found, Media(b"", "")), 1)
    assert (call.record.calling_number, call.record.authorised_by) == (LOCAL.public_number, BO.public_number)
    wrong = decide(town(), LOCAL, f"*542*61002*4712*{FAR}#", office.signed_in)
    assert isinstance(wrong, Deny)
    call = new_call(record_id="r", call_id="c", caller=LOCAL, dialled="", now_ms=1)
    call, todo = step(call, events.InviteArrived(wrong, Media(b"", "")), 1)
    assert call.record.authorised_by == BO.public_number
    assert any(isinstance(action, actions.Refuse) and action.status == 403 for action in todo)
