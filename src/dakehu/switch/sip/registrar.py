"""Registration (RFC 3261 section 10.3) as a function: bindings and a request in, bindings and an answer out.

`register` decides; nothing here stores. Whoever calls it has authenticated the request, found the address of
record and reads and writes the bindings through a `BindingStore`. It is all or nothing: a request of which
one contact must be refused changes none.

Rules, in the order they are applied (10.3 steps 6 to 8):

1. No Contact: a query, nothing changes.
2. `Contact: *` is allowed alone and with `Expires: 0`: it removes all, if this request may remove each.
3. Each contact's life is its `expires` parameter, or the header Expires, or the default; a malformed or
   absent value counts as the default. More than the longest is cut; less than the shortest (but not zero)
   refuses the request with 423 and Min-Expires.
4. A contact that is there already under the same Call-ID must come with a higher CSeq, or the request is
   refused (500): it was overtaken on its way.
5. Zero removes a contact. More contacts than allowed refuse the request with 403.
6. 200 lists what is bound now, each with the seconds left.

Contacts are the same if their URIs are equivalent (19.1.4). Where a `flow` is given, a telephone behind
address translation is reached by it and not by its Contact; unless it registers over UDP and its Contact asks
for TCP, which UDP's flow is not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from dakehu.switch.sip.address import NameAddr
from dakehu.switch.sip.errors import Malformed
from dakehu.switch.sip.faults import Fault, bad_request, fault
from dakehu.switch.sip.grammar import number, readable
from dakehu.switch.sip.message import Headers, Request
from dakehu.switch.sip.transport import Endpoint, Transport
from dakehu.switch.sip.uri import Uri


@dataclass(frozen=True, slots=True)
class Binding:
    """One place where an address of record can be reached, until `expires_at` (seconds since the epoch).

    `q` is the preference in thousandths (1000 is first). `flow` is where the REGISTER came from. `path` is
    the route set of requests to it, for proxies that asked to stay in the way (RFC 3327).
    """

    contact: str
    expires_at: float
    call_id: str
    cseq: int
    q: int = 1000
    flow: Endpoint | None = None
    user_agent: str = ""
    path: tuple[str, ...] = ()

    @property
    def uri(self) -> Uri:
        return Uri.parse(self.contact)

    @property
    def is_websocket(self) -> bool:
        """Whether a browser is there, by its flow to us or, behind a proxy, by its Contact (RFC 7118)."""
        if self.flow is not None and self.flow.transport in _WEBSOCKET:
            return True
        return (self.uri.param("transport") or "").lower() in _WEBSOCKET


_WEBSOCKET = frozenset({Transport.WS, Transport.WSS})


class BindingStore(Protocol):
    """Where bindings are kept, by address of record (`Uri.aor()`)."""

    def bindings(self, aor: str) -> Sequence[Binding]:
        """What is stored, expired ones included or not."""

    def replace_bindings(self, aor: str, bindings: Sequence[Binding]) -> None:
        """Store exactly these; none removes the address."""


@dataclass(frozen=True, slots=True)
class RegistrarPolicy:
    """Limits. Seconds; `max_contacts` is how many places one address may be at."""

    default_s: int = 3600
    shortest_s: int = 60
    longest_s: int = 7200
    max_contacts: int = 10


@dataclass(frozen=True, slots=True)
class Registration:
    """What `register` decided: the answer is `refusal`, or 200 with `headers`; `bindings` now hold."""

    bindings: tuple[Binding, ...]
    added: tuple[Binding, ...] = ()
    removed: tuple[Binding, ...] = ()
    refusal: Fault | None = None
    headers: tuple[tuple[str, str], ...] = ()


def register(
    request: Request,
    bindings: Sequence[Binding],
    now: float,
    *,
    policy: RegistrarPolicy,
    flow: Endpoint | None = None,
    has_path: bool = False,
) -> Registration:
    """Decide on a REGISTER. Expired bindings are dropped from the outcome in any case.

    `has_path`: the request's Path is to be believed (RFC 3327), for it comes from a proxy of ours.
    """
    current = tuple(binding for binding in bindings if binding.expires_at > now)
    try:
        wanted = _wanted(request, now, policy, flow, request.paths if has_path else ())
        return _settle(request, current, wanted, now, policy)
    except Malformed as malformed:
        return Registration(current, refusal=bad_request(malformed))
    except _Refused as refused:
        return Registration(current, refusal=refused.fault)


class _Refused(Exception):
    """Leaves the decision early with its refusal."""

    def __init__(self, refusal: Fault) -> None:
        super().__init__(refusal.reason)
        self.fault = refusal


def _wanted(
    request: Request,
    now: float,
    policy: RegistrarPolicy,
    flow: Endpoint | None,
    path: Sequence[NameAddr],
) -> list[Binding] | None:
    """The bindings the request asks for, zero life included; `None` for the wildcard."""
    if not request.to.uri.is_sip:  # section 10.2, RFC 4475 section 3.3.4
        raise Malformed("To", "an address of record is a SIP URI")
    if "*" in (text.strip() for text in request.texts("contact")):
        if len(request.texts("contact")) > 1 or request.text("expires") is None or request.expires != 0:
            raise Malformed("Contact", "* needs to be alone and Expires zero")
        return None
    contacts = request.contacts
    if len(contacts) > 2 * policy.max_contacts:
        raise _Refused(fault(403))
    call_id, cseq = request.call_id, request.cseq.number
    agent = readable((request.text("user-agent") or "")[:120])
    routes = tuple(f"<{hop.target}>" for hop in path)
    wanted: list[Binding] = []
    for contact in contacts:
        life = _life(request, contact, policy)
        wanted.append(
            Binding(
                contact=str(contact.uri),
                expires_at=now + life,
                call_id=call_id,
                cseq=cseq,
                q=preference_of(contact),
                flow=None if _wants_tcp(contact.uri, flow) else flow,
                user_agent=agent,
                path=routes,
            )
        )
    return wanted


def _wants_tcp(contact: Uri, flow: Endpoint | None) -> bool:
    asked = (contact.param("transport") or "").lower()
    return flow is not None and flow.transport is Transport.UDP and asked == Transport.TCP


def _life(request: Request, contact: NameAddr, policy: RegistrarPolicy) -> int:
    text = contact.params.get("expires") or request.text("expires")
    try:
        life = policy.default_s if text is None else number(text, part="Expires", limit=2**32)
    except Malformed:
        life = policy.default_s  # "MUST treat malformed values as equivalent to 3600" (20.19)
    if 0 < life < policy.shortest_s:
        raise _Refused(fault(423, ("Min-Expires", str(policy.shortest_s))))
    return min(life, policy.longest_s)


_is_preference = re.compile(r"0?(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?").fullmatch


def preference_of(contact: NameAddr) -> int:
    """`q` in thousandths; one that can't be read is as if absent."""
    text = contact.params.get("q") or "1"
    if text[:1] == "1" or not _is_preference(text):
        return 1000
    return int(text.partition(".")[2].ljust(3, "0"))


def _settle(
    request: Request,
    current: tuple[Binding, ...],
    wanted: list[Binding] | None,
    now: float,
    policy: RegistrarPolicy,
) -> Registration:
    if wanted is None:
        for binding in current:
            _check_order(binding, request)
        return _outcome((), (), current, now)
    kept = list(current)
    added: list[Binding] = []
    removed: list[Binding] = []
    for binding in wanted:
        old = next((have for have in kept if have.uri.same_as(binding.uri)), None)
        if old is not None:
            _check_order(old, request)
            kept.remove(old)
        if binding.expires_at > now:
            kept.append(binding)
            if old is None:
                added.append(binding)
        elif old is not None:
            removed.append(old)
    if len(kept) > policy.max_contacts:
        raise _Refused(fault(403))
    return _outcome(tuple(kept), tuple(added), tuple(removed), now)


def _check_order(old: Binding, request: Request) -> None:
    if old.call_id == request.call_id and request.cseq.number <= old.cseq:
        raise _Refused(fault(500))


def _outcome(
    kept: tuple[Binding, ...], added: tuple[Binding, ...], removed: tuple[Binding, ...], now: float
) -> Registration:
    ordered = tuple(sorted(kept, key=lambda binding: -binding.q))
    return Registration(ordered, added, removed, headers=tuple(contact_headers(ordered, now)))


def contact_headers(bindings: Sequence[Binding], now: float) -> Headers:
    """The Contact headers of a 200 to REGISTER."""
    for binding in bindings:
        left = max(1, round(binding.expires_at - now))
        preference = "" if binding.q == 1000 else f";q={_q(binding.q)}"
        yield "Contact", f"<{binding.contact}>{preference};expires={left}"


def _q(thousandths: int) -> str:
    return f"0.{thousandths:03d}".rstrip("0") if thousandths else "0"


def by_preference(bindings: Sequence[Binding], now: float) -> list[Binding]:
    """The live bindings, best first."""
    return sorted(
        (binding for binding in bindings if binding.expires_at > now), key=lambda binding: -binding.q
    )
