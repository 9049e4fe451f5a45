"""Stable names of everything that is said. File names and the API hang on them: never rename."""

from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    """RFC 5646 tags; folders of the cache are called so."""

    CHINESE = "zh"
    ENGLISH = "en"


class Prompt(StrEnum):
    """Announcements, then the pieces sentences are put together from."""

    # why a call does not go through
    NUMBER_UNOBTAINABLE = "number_unobtainable"
    NUMBER_INCOMPLETE = "number_incomplete"
    BARRED = "barred"
    IN_GROUP_ONLY = "in_group_only"
    SUSPENDED_ARREARS = "suspended_arrears"
    SUSPENDED_VIOLATION = "suspended_violation"
    SUSPENDED_REQUEST = "suspended_request"
    CALLED_SUSPENDED = "called_suspended"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    NOT_REACHABLE = "not_reachable"
    DO_NOT_DISTURB = "do_not_disturb"
    ABSENT = "absent"
    CONGESTION = "congestion"
    NO_ATTENDANT = "no_attendant"
    CLOSED_GROUP = "closed_group"
    CALL_REJECTED = "call_rejected"
    SERVICE_FAULT = "service_fault"
    # supplementary services by feature code
    SERVICE_ACTIVATED = "service_activated"
    SERVICE_CANCELLED = "service_cancelled"
    SERVICE_REFUSED = "service_refused"
    SERVICE_IS_ON = "service_is_on"
    SERVICE_IS_OFF = "service_is_off"
    SERVICE_UNKNOWN = "service_unknown"
    PASSWORD_ENTER = "password_enter"  # noqa: S105 - the name of a sentence
    PASSWORD_WRONG = "password_wrong"  # noqa: S105
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    INPUT_WRONG = "input_wrong"
    FORWARDED = "forwarded"
    ALARM_CALL = "alarm_call"
    # during a call
    PLEASE_HOLD = "please_hold"
    TRANSFERRING = "transferring"
    TRANSFER_FAILED = "transfer_failed"
    CALL_WAITING = "call_waiting"
    RECORDED = "recorded"
    GOODBYE = "goodbye"
    # queues and attendants
    WELCOME = "welcome"
    DIAL_EXTENSION = "dial_extension"
    AGENTS_BUSY = "agents_busy"
    QUEUE_FULL = "queue_full"
    QUEUE_CLOSED = "queue_closed"
    QUEUE_POSITION = "queue_position"
    QUEUE_POSITION_END = "queue_position_end"
    AGENT_NUMBER = "agent_number"
    AGENT_SERVES = "agent_serves"
    RATE_SERVICE = "rate_service"
    LEAVE_MESSAGE = "leave_message"
    # conferences
    CONFERENCE_NUMBER = "conference_number"
    CONFERENCE_ENTERED = "conference_entered"
    CONFERENCE_FULL = "conference_full"
    CONFERENCE_WAIT = "conference_wait"
    CONFERENCE_ENDED = "conference_ended"
    # numbers and what stands around them
    DIGIT_0 = "digit_0"
    DIGIT_1 = "digit_1"
    DIGIT_2 = "digit_2"
    DIGIT_3 = "digit_3"
    DIGIT_4 = "digit_4"
    DIGIT_5 = "digit_5"
    DIGIT_6 = "digit_6"
    DIGIT_7 = "digit_7"
    DIGIT_8 = "digit_8"
    DIGIT_9 = "digit_9"
    STAR = "star"
    HASH = "hash"
    TEN = "ten"
    HUNDRED = "hundred"
    THOUSAND = "thousand"
    ELEVEN = "eleven"
    TWELVE = "twelve"
    THIRTEEN = "thirteen"
    FOURTEEN = "fourteen"
    FIFTEEN = "fifteen"
    SIXTEEN = "sixteen"
    SEVENTEEN = "seventeen"
    EIGHTEEN = "eighteen"
    NINETEEN = "nineteen"
    TWENTY = "twenty"
    THIRTY = "thirty"
    FORTY = "forty"
    FIFTY = "fifty"
    SIXTY = "sixty"
    SEVENTY = "seventy"
    EIGHTY = "eighty"
    NINETY = "ninety"
    YOUR_NUMBER_IS = "your_number_is"
    NUMBER = "number"
    MINUTES = "minutes"
    SECONDS = "seconds"
    HOURS = "hours"


DIGITS = {str(digit): Prompt(f"digit_{digit}") for digit in range(10)} | {"*": Prompt.STAR, "#": Prompt.HASH}
"""What is said for a key."""
