"""Wrong passwords dialled at telephones: counted, and locked out for a while.

Counted by the telephone's line and by the line whose password was meant, so that neither one telephone nor
many can try them all. A right one forgives nothing: who knows one password could else try others in between.
In memory alone: a restart forgets.
"""

from __future__ import annotations

from collections.abc import Callable

from dakehu.numbering.domain.featurecodes import Told
from dakehu.switch.callcontrol import Decision, Deny, Reason, Serve
from dakehu.switch.runtime.config import PasswordLimits
from dakehu.switch.runtime.gate import LockOut


class PasswordLocks:
    """One per process. `now` gives seconds that never go back."""

    def __init__(self, limits: PasswordLimits, now: Callable[[], float]) -> None:
        self._now = now
        self._telephones = LockOut(limits.per_telephone, limits.telephone_window_s)
        self._owners = LockOut(limits.per_owner, limits.owner_window_s)

    def is_locked(self, line: str, owner: str) -> bool:
        """By public numbers."""
        now = self._now()
        return self._telephones.is_locked(line, now) or self._owners.is_locked(owner, now)

    def note(self, line: str, decision: Decision) -> None:
        """What was decided of a call from the line: was a password wrong?"""
        match decision:
            case Deny(reason=Reason.PASSWORD_WRONG, authorised_by=owner):
                self._failed(line, owner)
            case Serve(told=Told.PASSWORD_WRONG):
                self._failed(line, line)

    def _failed(self, line: str, owner: str) -> None:
        now = self._now()
        self._telephones.failed(line, now)
        self._owners.failed(owner, now)
