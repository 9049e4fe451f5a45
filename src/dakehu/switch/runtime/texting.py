"""Text messages from line to line (SIP MESSAGE, RFC 3428), passed on at once to all telephones of the line.

The sender hears of the first that takes it, or else of the last refusal. Nothing is kept: for a line whose
telephones are off the answer is 480.
"""

from __future__ import annotations

from dataclasses import dataclass

from dakehu.switch.callcontrol import REFUSALS, Deny
from dakehu.switch.callcontrol.decisions import Target
from dakehu.switch.directory import LineEntry
from dakehu.switch.runtime.tools import Tools
from dakehu.switch.sip import (
    Binding,
    ClientId,
    Fault,
    Malformed,
    Request,
    RequestArrived,
    ServerId,
    hops_left,
)

LONGEST = 1300
"""Bytes: what RFC 3428 section 8 allows over UDP."""
_UNREACHABLE = Fault(480, "")
_OURS = frozenset({401, 407, 408, 481, 503})
"""What concerns us and the telephone alone: no answer to the sender (RFC 3261 section 16.7)."""


@dataclass(slots=True)
class _Text:
    """A text on its way: whom to answer, and how many telephones are still to say something."""

    server: ServerId
    request: Request
    open: int = 0
    refused: int = 480
    done: bool = False


class TextDesk:
    """One per process."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._clients: dict[ClientId, _Text] = {}

    def __len__(self) -> int:
        """Messages that wait for their telephone's word."""
        return len(self._clients)

    def send(self, arrived: RequestArrived, found: Target | Deny) -> None:
        """A line's text, and where it goes."""
        request = arrived.request
        fault = self._fault(request, found)
        if fault is not None or isinstance(found, Deny) or not isinstance(found.called, LineEntry):
            self._tools.answer(arrived.server, request, fault or _UNREACHABLE)
            return
        text = _Text(arrived.server, request)
        for place in range(self._tools.telephones(found.called)):
            binding = self._tools.telephone(found.called, place)
            if binding is not None:
                self._pass_on(text, found, binding)
        if not text.open:
            self._tools.answer(arrived.server, request, _UNREACHABLE)

    def answered(self, client: ClientId, status: int) -> bool:
        """A telephone's last word, or 408 for none; whether it was about a text."""
        text = self._clients.pop(client, None)
        if text is None:
            return False
        text.open -= 1
        arrived = 200 <= status < 300
        if status >= 400 and status not in _OURS:
            text.refused = status
        if not text.done and (arrived or not text.open):
            text.done = True
            self._tools.answer(text.server, text.request, Fault(200 if arrived else text.refused, ""))
        return True

    def _fault(self, request: Request, found: Target | Deny) -> Fault | None:
        if isinstance(found, Deny):
            return Fault(REFUSALS[found.reason].status, "")
        if not (request.content_type or "text/plain").startswith("text/plain"):
            return Fault(415, "", (("Accept", "text/plain"),))
        if len(request.body) > LONGEST:
            return Fault(413, "")
        return None if hops_left(request) is not None else Fault(483, "")

    def _pass_on(self, text: _Text, found: Target, binding: Binding) -> None:
        tools = self._tools
        message = tools.scribe.text(
            binding,
            found.shown_number,
            found.called.public_number,
            tools.stack.new_tag(),
            text.request,
        )
        way = tools.way_to(binding)
        try:
            client, outputs = tools.stack.request(message, tools.clock.now(), destination=way)
        except Malformed:
            return
        self._clients[client] = text
        text.open += 1
        tools.run(outputs)
