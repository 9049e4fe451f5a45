"""Which requests are refused because there is too much: 503 with Retry-After, and nothing of them stays.

Two bounds: the server transactions that a stack holds (`StackConfig.max_server_transactions`; those inside
dialogs, and urgent calls, have twice the room, so that calls can still be ended), and whatever whoever runs
the stack knows of its own load (`sheds_calls`, for new calls alone).
"""

from __future__ import annotations

from collections.abc import Callable

from dakehu.switch.sip.faults import fault
from dakehu.switch.sip.message import Request

RETRY_AFTER_S = 10
BUSY = fault(503, ("Retry-After", str(RETRY_AFTER_S)))


class Overload:
    """One per stack."""

    def __init__(self, max_transactions: int) -> None:
        self._most = max_transactions
        self.refused = 0
        """Requests refused since the start because transactions were too many."""
        self.sheds_calls: Callable[[Request], bool] = lambda _invite: False
        """Whether a new call gets 503 just now: asked once for each, and without leaving anything behind."""
        self.is_urgent: Callable[[Request], bool] = lambda _invite: False
        """Whether a new call is served as one that is up where transactions are many."""

    def sheds(self, request: Request, transactions: int) -> bool:
        """Whether a new request is refused, with that many server transactions alive."""
        is_call = request.method == "INVITE" and not request.to.tag
        if transactions >= self._most:
            goes_on = bool(request.to.tag) or (is_call and self.is_urgent(request))
            if not goes_on or transactions >= 2 * self._most:
                self.refused += 1
                return True
        return is_call and self.sheds_calls(request)
