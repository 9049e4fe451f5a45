"""The registrar's desk: REGISTER of a telephone, answered when the disk knows of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from dakehu.switch.runtime.bindings import Bindings
from dakehu.switch.runtime.gate import Known
from dakehu.switch.sip import Endpoint, Fault, Malformed, RegistrarPolicy, Request, register

Answered = Callable[[Fault], None]
"""Takes the answer, a success as well: status, reason phrase, headers."""


class RegisterDesk:
    """Applies `switch.sip.register` to the stored bindings of lines that the gate let in."""

    def __init__(self, bindings: Bindings, policy: RegistrarPolicy) -> None:
        self._bindings = bindings
        self._policy = policy

    def handle(
        self,
        known: Known,
        request: Request,
        source: Endpoint,
        epoch: float,
        answer: Answered,
        *,
        has_path: bool = False,
    ) -> None:
        """Decide, store, and call `answer` at once or when the bindings are on the disk.

        The address of record must be the line's own: its SIP user name or its public number. The host part
        is not compared: telephones write the realm, a name or an address there. `has_path`: see `register`.
        No binding outlives what the telephone showed.
        """
        line, policy = known.line, self._policy
        if known.until is not None:
            policy = replace(policy, longest_s=max(1, min(policy.longest_s, int(known.until - epoch))))
        try:
            wanted = request.to.uri.username
        except Malformed as malformed:
            answer(Fault(400, malformed.reason))
            return
        if wanted not in {line.sip_username, line.public_number}:
            answer(Fault(403, ""))
            return
        outcome = register(
            request,
            self._bindings.of(line.sip_username),
            epoch,
            policy=policy,
            flow=source,
            has_path=has_path,
        )
        if outcome.refusal is not None:
            answer(outcome.refusal)
        elif outcome.bindings == self._bindings.of(line.sip_username):
            answer(Fault(200, "", outcome.headers))  # a query: nothing to store
        else:
            done = Fault(200, "", outcome.headers)
            self._bindings.save(line.sip_username, outcome.bindings, lambda: answer(done))
