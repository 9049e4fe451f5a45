"""Registration: the rules of RFC 3261 section 10.3, one by one."""

from __future__ import annotations

import pytest

from dakehu.switch.sip import (
    Binding,
    Endpoint,
    NameAddr,
    RegistrarPolicy,
    Registration,
    Request,
    Transport,
    by_preference,
    register,
)
from dakehu.switch.sip.registrar import preference_of

FLOW = Endpoint(Transport.UDP, "192.0.2.7", 40_000)
POLICY = RegistrarPolicy(default_s=3600, shortest_s=60, longest_s=7200, max_contacts=3)
NOW = 1000.0
ONE = "sip:8001@192.0.2.7"


def _register(*contacts: str, cseq: int = 1, call_id: str = "c", expires: str | None = None) -> Request:
    headers = [
        ("To", "<sip:8001@centrex.example>"),
        ("From", "<sip:8001@centrex.example>;tag=1"),
        ("Call-ID", call_id),
        ("CSeq", f"{cseq} REGISTER"),
        ("User-Agent", "Telephone/1.0"),
        *(("Contact", contact) for contact in contacts),
    ]
    if expires is not None:
        headers.append(("Expires", expires))
    return Request.build("REGISTER", "sip:centrex.example", headers)


def _settle(request: Request, *bindings: Binding, now: float = NOW) -> Registration:
    return register(request, bindings, now, policy=POLICY, flow=FLOW)


def _bound(contact: str = ONE, *, cseq: int = 1, until: float = 2000.0, call_id: str = "c") -> Binding:
    return Binding(contact, until, call_id, cseq)


def test_first_registration() -> None:
    outcome = _settle(_register(f"<{ONE}>;q=0.5"))
    assert outcome.refusal is None
    assert outcome.bindings == outcome.added
    assert outcome.bindings == (Binding(ONE, 4600.0, "c", 1, 500, FLOW, "Telephone/1.0"),)
    assert outcome.headers == (("Contact", f"<{ONE}>;q=0.5;expires=3600"),)


@pytest.mark.parametrize(
    ("contact", "header", "life"),
    [
        (f"<{ONE}>", None, 3600),
        (f"<{ONE}>", "120", 120),
        (f"<{ONE}>;expires=90", "120", 90),
        (f"<{ONE}>;expires=99999", None, 7200),
        (f"<{ONE}>;expires=280297596632815", None, 3600),
        (f"<{ONE}>;expires=soon", None, 3600),
        (f"<{ONE}>;expires=60", None, 60),
    ],
)
def test_life(contact: str, header: str | None, life: int) -> None:
    outcome = _settle(_register(contact, expires=header))
    assert [binding.expires_at - NOW for binding in outcome.bindings] == [life]


def test_too_short_a_life_is_423() -> None:
    outcome = _settle(_register(f"<{ONE}>;expires=59"), _bound("sip:other@x"))
    assert outcome.refusal is not None
    assert (outcome.refusal.status, outcome.refusal.headers) == (423, (("Min-Expires", "60"),))
    assert [binding.contact for binding in outcome.bindings] == ["sip:other@x"]


def test_query() -> None:
    outcome = _settle(_register(), _bound(), _bound("sip:gone@x", until=999.0))
    assert outcome.headers == (("Contact", f"<{ONE}>;expires=1000"),)
    assert (outcome.added, outcome.removed) == ((), ())


def test_refresh() -> None:
    outcome = _settle(_register(f"<{ONE};transport=udp>", cseq=2), _bound(f"{ONE};transport=udp"))
    assert [(binding.cseq, binding.expires_at) for binding in outcome.bindings] == [(2, 4600.0)]
    assert (outcome.added, outcome.removed) == ((), ())


def test_equivalent_contacts_are_one() -> None:
    outcome = _settle(_register("<sip:%38001@192.0.2.7;x=1>", cseq=2), _bound())
    assert len(outcome.bindings) == 1


@pytest.mark.parametrize("cseq", [1, 0])
@pytest.mark.parametrize("contact", [f"<{ONE}>", f"<{ONE}>;expires=0", "*"])
def test_overtaken_request_changes_nothing(contact: str, cseq: int) -> None:
    more = [] if contact == "*" else ["<sip:new@x>"]
    outcome = _settle(_register(contact, *more, cseq=cseq, expires="0" if contact == "*" else None), _bound())
    assert outcome.refusal is not None
    assert outcome.refusal.status == 500
    assert outcome.bindings == (_bound(),)


def test_another_call_id_may_have_any_number() -> None:
    outcome = _settle(_register(f"<{ONE}>", call_id="after-reboot"), _bound(cseq=99))
    assert [binding.call_id for binding in outcome.bindings] == ["after-reboot"]


def test_removal() -> None:
    outcome = _settle(_register(f"<{ONE}>;expires=0", cseq=2), _bound(), _bound("sip:other@x"))
    assert [binding.contact for binding in outcome.bindings] == ["sip:other@x"]
    assert outcome.removed == (_bound(),)
    assert _settle(_register("<sip:unknown@x>;expires=0")).removed == ()


def test_wildcard() -> None:
    outcome = _settle(_register("*", cseq=2, expires="0"), _bound(), _bound("sip:other@x"))
    assert outcome.bindings == ()
    assert len(outcome.removed) == 2
    assert outcome.headers == ()


@pytest.mark.parametrize(
    ("contacts", "expires"),
    [(["*"], None), (["*"], "3600"), (["*", f"<{ONE}>"], "0"), ([f"<{ONE}>", "*"], "0")],
)
def test_wildcard_with_anything_else_is_400(contacts: list[str], expires: str | None) -> None:
    outcome = _settle(_register(*contacts, cseq=2, expires=expires), _bound())
    assert outcome.refusal is not None
    assert outcome.refusal.status == 400
    assert outcome.bindings == (_bound(),)


def test_several_contacts_in_one_header_best_first() -> None:
    outcome = _settle(_register("<sip:a@x>;q=0.1, <sip:b@x>", "<sip:c@x>;q=0"))
    assert [(binding.contact, binding.q) for binding in outcome.bindings] == [
        ("sip:b@x", 1000),
        ("sip:a@x", 100),
        ("sip:c@x", 0),
    ]
    assert outcome.headers[2] == ("Contact", "<sip:c@x>;q=0;expires=3600")


@pytest.mark.parametrize(
    ("q", "value"),
    [
        ("1", 1000),
        ("1.000", 1000),
        ("0.333", 333),
        (".5", 500),
        ("2", 1000),
        ("0.1234", 1000),
        ("x", 1000),
        ("0.²", 1000),
    ],
)
def test_preference(q: str, value: int) -> None:
    assert preference_of(NameAddr(ONE, "", {"q": q})) == value


def test_too_many_contacts_change_nothing() -> None:
    outcome = _settle(_register("<sip:a@x>", "<sip:b@x>", "<sip:c@x>"), _bound())
    assert outcome.refusal is not None
    assert outcome.refusal.status == 403
    assert outcome.bindings == (_bound(),)


def test_broken_contact_is_400() -> None:
    request = _register("<sip:a@@x>")
    outcome = _settle(request)
    assert outcome.refusal is not None
    assert outcome.refusal.status == 400


def test_by_preference_leaves_the_dead_out() -> None:
    bindings = [
        Binding("sip:a@x", 2000, "c", 1, 100),
        Binding("sip:b@x", 2000, "c", 1),
        Binding("sip:c@x", 1, "c", 1),
    ]
    assert [binding.contact for binding in by_preference(bindings, NOW)] == ["sip:b@x", "sip:a@x"]
