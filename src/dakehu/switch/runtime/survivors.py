"""Calls whose process died while people talked: their media goes on end to end, and this hangs them up.

What is known of such a call is its dialogs (`dialogstore`), not what call control knew; its record was
written at the start, as interrupted (`records.recovery`). So little can be done: BYE of one end is answered
and passed on to the others, OPTIONS and an UPDATE that only refreshes (RFC 4028) are answered, anything that
would change the session is refused with 488, which leaves the session as it is (RFC 3261 section 14.1).
"""

from __future__ import annotations

from typing import NamedTuple

import lmdb
import structlog

from dakehu.switch.callcontrol import CallState
from dakehu.switch.runtime.bereaved import Bereaved
from dakehu.switch.runtime.dialogstore import DialogStore, KeptCall, KeptLeg
from dakehu.switch.runtime.sessions import Session, Side
from dakehu.switch.runtime.tools import Tools
from dakehu.switch.sip import (
    Dialog,
    DialogId,
    DialogState,
    Endpoint,
    Fault,
    Malformed,
    Request,
    RequestArrived,
    Transport,
)

_log = structlog.get_logger("dakehu.voice")
_LEAP = 100
"""How far our CSeq goes on: requests of the dead process that were not noted must lie behind it."""
_End = tuple[Dialog, Endpoint | None]
_Mark = tuple[DialogId, tuple[int, int | None], str, tuple[str, ...], Endpoint | None]


class _Noted(NamedTuple):
    """A call on the disk: its name there, since when, and what its legs were when it was written."""

    name: str
    at: float
    mark: tuple[_Mark, ...]


class Survivors:
    """Notes this process's calls in talk, and serves those that an earlier one or a dead neighbour left."""

    def __init__(self, tools: Tools, store: DialogStore, bereaved: Bereaved) -> None:
        self._bereaved = bereaved
        self._tools = tools
        self._store = store
        self._noted: dict[Session, _Noted] = {}
        self._left: dict[str, list[_End]] = {}
        self._names: dict[DialogId, str] = {}
        now = tools.clock.epoch()
        for name, call in store.calls(now):
            self._take_over(name, call)
        store.forget_old(now)

    def __len__(self) -> int:
        """Calls that were left behind and are not hung up yet."""
        return len(self._left)

    @property
    def noted(self) -> int:
        """Calls of this process that are on the disk for the next one."""
        return len(self._noted)

    def note(self, session: Session) -> None:
        """The call as it stands after an event; what did not change is not written again."""
        before = self._noted.get(session)
        try:
            if session.call.state is CallState.UP:
                self._note_talk(session, before)
            elif before is not None:  # it is being hung up: who is not reached by that gets 481 for their BYE
                del self._noted[session]
                self._store.drop(before.name)
        except lmdb.Error as fault:  # the call goes on; a killed process would not know of it
            _log.warning("dialogs not written", fault=str(fault))

    def receive(self, arrived: RequestArrived) -> bool:
        """A request in a dialog that no call of ours has; False where no call left behind has it either."""
        request = arrived.request
        dialog_id = DialogId(request.call_id, request.to.tag, request.from_.tag)
        name = self._names.get(dialog_id)
        if name is None:
            return self._stands_in(arrived, dialog_id)
        if self._serve(arrived, self._left[name], dialog_id):
            for dialog, _ in self._left.pop(name):
                del self._names[dialog.id]
            self._strike(self._store, name)
        return True

    # --- inside

    def _stands_in(self, arrived: RequestArrived, dialog_id: DialogId) -> bool:
        """For a neighbour that died; False where none did that has the dialog."""
        try:
            with self._bereaved.find(dialog_id, self._tools.clock.epoch()) as found:
                if found is None:
                    return False
                store, name, call = found
                if self._serve(arrived, _ends(call), dialog_id):
                    self._strike(store, name)
                return True
        except (OSError, lmdb.Error) as fault:
            _log.warning("a neighbour's dialogs can't be read", fault=str(fault))
            return False

    def _serve(self, arrived: RequestArrived, ends: list[_End], dialog_id: DialogId) -> bool:
        """Answer a request of one end; True when it hung up, and so do we to all others."""
        request = arrived.request
        first = next(dialog for dialog, _ in ends if dialog.id == dialog_id)
        fault = first.receive(request)
        self._tools.answer(arrived.server, request, fault or self._word(request))
        if fault is not None or request.method != "BYE":
            return False
        for dialog, peer in ends:
            if dialog is not first:
                self._send_bye(dialog, peer)
        return True

    def _note_talk(self, session: Session, before: _Noted | None) -> None:
        talking = _talking(session)
        mark = tuple(_mark(side, dialog) for side, dialog in talking)
        if len(mark) < 2 or (before is not None and before.mark == mark):
            return
        name = before.name if before is not None else self._tools.stack.new_tag()
        at = before.at if before is not None else self._tools.clock.epoch()
        legs = tuple(KeptLeg.of(dialog, _way_to(side)) for side, dialog in talking)
        self._store.put(name, KeptCall(at, legs))
        self._noted[session] = _Noted(name, at, mark)

    def _take_over(self, name: str, call: KeptCall) -> None:
        self._left[name] = _ends(call)
        for dialog, _ in self._left[name]:
            self._names[dialog.id] = name

    def _word(self, request: Request) -> Fault:
        if request.method == "BYE":
            return Fault(200, "")
        if request.method == "OPTIONS":
            return Fault(200, "", tuple(self._tools.scribe.options_headers()))
        if request.method == "UPDATE" and not request.body:
            expires = request.text("session-expires")
            return Fault(200, "", (("Session-Expires", expires),) if expires else ())
        return Fault(488, "")

    def _strike(self, store: DialogStore, name: str) -> None:
        """The call is over. What its ends answer to our BYE interests nobody."""
        try:
            store.drop(name)
        except lmdb.Error as fault:
            _log.warning("dialogs not written", fault=str(fault))

    def _send_bye(self, dialog: Dialog, peer: Endpoint | None) -> None:
        tools = self._tools
        try:
            _, outputs = tools.stack.request(dialog.request("BYE"), tools.clock.now(), destination=peer)
        except Malformed:
            return
        tools.run(outputs)


def _ends(call: KeptCall) -> list[_End]:
    ends = [(leg.dialog(), leg.peer) for leg in call.legs]
    for dialog, _ in ends:
        dialog.local_seq += _LEAP
    return ends


def _talking(session: Session) -> list[tuple[Side, Dialog]]:
    """The legs whose dialogs are confirmed."""
    return [
        (side, side.dialog)
        for side in session.sides.values()
        if side.dialog is not None and side.dialog.state is DialogState.CONFIRMED
    ]


def _mark(side: Side, dialog: Dialog) -> _Mark:
    """All that can change of a `KeptLeg` while it is the same dialog."""
    seqs = (dialog.local_seq, dialog.remote_seq)
    return dialog.id, seqs, dialog.remote_target, dialog.route_set, _way_to(side)


def _way_to(side: Side) -> Endpoint | None:
    """A connection ends with its process, so only UDP's address is worth keeping."""
    route = side.route
    return route if route is not None and route.transport is Transport.UDP else None
