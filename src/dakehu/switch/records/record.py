"""What is known of a call when it is over."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from dakehu.kernel.numbers import CallClass


class EndCause(StrEnum):
    """How the call ended."""

    COMPLETED = "completed"  # answered, and then hung up
    BARRED = "barred"  # a rule forbade it
    UNKNOWN_NUMBER = "unknown_number"
    NO_ROUTE = "no_route"  # a good number that no gateway of ours leads to
    UNREACHABLE = "unreachable"  # no telephone is signed in, or none answered the signal
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    CANCELLED = "cancelled"  # the caller gave up
    REFUSED = "refused"  # the called telephone refused for another reason
    OVERLOADED = "overloaded"
    INTERRUPTED = "interrupted"  # the voice process died or was stopped during the call
    LOST = "lost"  # a telephone was gone; the end is the last moment it was heard of
    FAILED = "failed"  # an answer of ours was never acknowledged; the end is as with LOST


class Party(StrEnum):
    """Who ended the call."""

    CALLER = "caller"
    CALLED = "called"
    NETWORK = "network"


class CallRecord(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A call, whether it was answered or not. Times are milliseconds since 1970 in UTC, 0 meaning never.

    `record_id` is unique for good. Numbers are in national form; `dialled` is what the telephone sent, whole;
    `called_number` is where it led, empty where it led nowhere. `shown_number` is the caller as the called
    side saw it. `group_id` 0 means no group, `customer_id` 0 no customer. `status` is the last SIP status
    that the caller got. `trace` names the rules that fired, in order.
    `authorised_by` is the line whose password allowed the call (VPN-13), empty for most.

    Stored as an array: new fields go to the end, with a default.
    """

    record_id: str
    call_id: str
    calling_number: str
    calling_customer_id: int
    calling_group_id: int
    dialled: str
    begin_ms: int
    called_number: str = ""
    called_customer_id: int = 0
    called_group_id: int = 0
    call_class: CallClass | None = None
    shown_number: str = ""
    answer_ms: int = 0
    end_ms: int = 0
    cause: EndCause = EndCause.FAILED
    ended_by: Party = Party.NETWORK
    status: int = 0
    trace: tuple[str, ...] = ()
    authorised_by: str = ""

    @property
    def talk_ms(self) -> int:
        """From answer to end; 0 for a call that was not answered."""
        return max(0, self.end_ms - self.answer_ms) if self.answer_ms else 0
