"""Dialogs (RFC 3261 section 12): two ends that know each other by Call-ID and two tags.

A `Dialog` is made from the request and response that open it, on either side, and then makes the requests
inside it and checks those that come. It is a mutable record, held by the leg of a call; it does no more than
section 12 says: who may end a session, offers and answers are the business of call control.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from dakehu.kernel.states import StateTable
from dakehu.switch.sip.address import NameAddr
from dakehu.switch.sip.faults import Fault, fault
from dakehu.switch.sip.message import Headers, Request, Response
from dakehu.switch.sip.methods import refreshes_target
from dakehu.switch.sip.uri import Uri


class DialogId(NamedTuple):
    """What both ends know the dialog by, seen from here."""

    call_id: str
    local_tag: str
    remote_tag: str


class DialogState(StrEnum):
    EARLY = "early"
    CONFIRMED = "confirmed"
    TERMINATED = "terminated"


class DialogEvent(StrEnum):
    CONFIRM = "2xx"
    REFUSE = "300-699"
    END = "BYE"


DIALOG = StateTable(
    name="dialog",
    initial=DialogState.EARLY,
    moves={
        (DialogState.EARLY, DialogEvent.CONFIRM): DialogState.CONFIRMED,
        (DialogState.EARLY, DialogEvent.REFUSE): DialogState.TERMINATED,
        (DialogState.EARLY, DialogEvent.END): DialogState.TERMINATED,
        (DialogState.CONFIRMED, DialogEvent.END): DialogState.TERMINATED,
    },
)


@dataclass(slots=True)
class Dialog:
    """One end's view. `local` and `remote` carry the tags; `route_set` is in the order of sending."""

    id: DialogId
    state: DialogState
    local: NameAddr
    remote: NameAddr
    remote_target: str
    route_set: tuple[str, ...]
    local_contact: str
    local_seq: int = 0
    remote_seq: int | None = None
    invite_seq: int = 0
    """The CSeq number of our last INVITE: its ACK has the same."""

    @classmethod
    def from_request(cls, request: Request, response: Response, *, contact: str) -> Dialog:
        """The called side, from the request it got and its answer with a To tag (12.1.1).

        `contact` is our own Contact URI. A caller without Contact (RFC 2543) is reached at its From.
        """
        local = response.to
        remote = request.from_
        peer = request.contact
        return cls(
            id=DialogId(request.call_id, local.tag, remote.tag),
            state=DialogState.EARLY if response.is_provisional else DialogState.CONFIRMED,
            local=local,
            remote=remote,
            remote_target=peer.target if peer is not None else remote.target,
            route_set=tuple(f"<{route.target}>" for route in request.record_routes),
            local_contact=contact,
            remote_seq=request.cseq.number,
        )

    @classmethod
    def from_response(cls, request: Request, response: Response, *, contact: str) -> Dialog:
        """The calling side, from the request it sent and a 1xx or 2xx with a To tag (12.1.2)."""
        local = request.from_
        remote = response.to
        peer = response.contact
        return cls(
            id=DialogId(request.call_id, local.tag, remote.tag),
            state=DialogState.EARLY if response.is_provisional else DialogState.CONFIRMED,
            local=local,
            remote=remote,
            remote_target=peer.target if peer is not None else request.target,
            route_set=tuple(f"<{route.target}>" for route in reversed(response.record_routes)),
            local_contact=contact,
            local_seq=request.cseq.number,
            invite_seq=request.cseq.number,
        )

    # --- sending

    def request(
        self, method: str, headers: Headers = (), *, body: bytes = b"", content_type: str | None = None
    ) -> Request:
        """A request inside the dialog with the next CSeq (12.2.1.1); for `Stack.request`."""
        self.local_seq += 1
        if method == "INVITE":
            self.invite_seq = self.local_seq
        return self._build(method, self.local_seq, headers, body, content_type)

    def again(self, request: Request) -> Request:
        """The request once more with the next CSeq, as after a challenge (22.2); for `Stack.request`."""
        self.local_seq += 1
        if request.method == "INVITE":
            self.invite_seq = self.local_seq
        repeated = request.copy()
        repeated.remove("via")
        repeated.put("cseq", f"{self.local_seq} {request.method}")
        return repeated

    def ack(self, headers: Headers = (), *, body: bytes = b"", content_type: str | None = None) -> Request:
        """The ACK of the 2xx to our last INVITE (13.2.2.4); for `Stack.acknowledge`."""
        return self._build("ACK", self.invite_seq, headers, body, content_type)

    def _build(
        self, method: str, number: int, headers: Headers, body: bytes, content_type: str | None
    ) -> Request:
        target, routes = self._path()
        lines = [("route", route) for route in routes]
        lines += [
            ("from", str(self.local)),
            ("to", str(self.remote)),
            ("call-id", self.id.call_id),
            ("cseq", f"{number} {method}"),
        ]
        if refreshes_target(method):
            lines.append(("contact", f"<{self.local_contact}>"))
        return Request.build(method, target, [*lines, *headers], body=body, content_type=content_type)

    def _path(self) -> tuple[str, tuple[str, ...]]:
        """Request-URI and Route: loose routing, or strict (RFC 2543) for a first hop without `lr`."""
        if not self.route_set:
            return self.remote_target, ()
        first = NameAddr.parse(self.route_set[0], part="Route").uri
        if first.is_loose_route:
            return self.remote_target, self.route_set
        return str(first.bare()), (*self.route_set[1:], f"<{self.remote_target}>")

    # --- receiving

    def matches(self, request: Request) -> bool:
        """Whether a request belongs here (12.2.2)."""
        return self.id == DialogId(request.call_id, request.to.tag, request.from_.tag)

    def receive(self, request: Request) -> Fault | None:
        """Take note of a request inside the dialog: order and target; a fault is to be answered.

        A CSeq not above the last is 500 (12.2.2). ACK and CANCEL carry the number of their INVITE.
        """
        if self.state is DialogState.TERMINATED:
            return fault(481)
        number = request.cseq.number
        if request.method not in {"ACK", "CANCEL"}:
            if self.remote_seq is not None and number <= self.remote_seq:
                return fault(500)
            self.remote_seq = number
            if refreshes_target(request.method):
                self._refresh(request.contact)
            if request.method == "BYE":
                self.end()
        return None

    def receive_response(self, response: Response) -> None:
        """Take note of a response to a request of ours: confirmation, target refresh, end of the dialog."""
        if self.state is DialogState.EARLY and response.cseq.method == "INVITE":
            if response.is_success:
                self.state = DIALOG.move(self.state, DialogEvent.CONFIRM)
                # The route set of an early dialog is computed again from the 2xx (13.2.2.4).
                self.route_set = tuple(f"<{route.target}>" for route in reversed(response.record_routes))
            elif response.status >= 300:
                self.state = DIALOG.move(self.state, DialogEvent.REFUSE)
        if response.is_success and refreshes_target(response.cseq.method):
            self._refresh(response.contact)
        if response.status in {408, 481} and self.state is DialogState.CONFIRMED:
            self.end()

    def confirm(self) -> None:
        """We sent 2xx on a dialog that our 1xx had opened."""
        if self.state is DialogState.EARLY:
            self.state = DIALOG.move(self.state, DialogEvent.CONFIRM)

    def end(self) -> None:
        """The dialog is over; again is nothing."""
        if self.state is not DialogState.TERMINATED:
            self.state = DIALOG.move(self.state, DialogEvent.END)

    def _refresh(self, contact: NameAddr | None) -> None:
        if contact is not None:
            self.remote_target = contact.target

    @property
    def target_uri(self) -> Uri:
        return Uri.parse(self.remote_target)
