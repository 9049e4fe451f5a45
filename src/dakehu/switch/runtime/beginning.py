"""Where calls come from: each has a record id of its own and the process's patience."""

from __future__ import annotations

from dakehu.numbering.domain.featurecodes import masked
from dakehu.switch.callcontrol import Call, CallTimings, new_call
from dakehu.switch.directory import LineEntry
from dakehu.switch.runtime.ids import RecordIds
from dakehu.switch.runtime.tools import Clock


class Beginner:
    """One per process."""

    def __init__(self, record_ids: RecordIds, timings: CallTimings, clock: Clock) -> None:
        self._record_ids = record_ids
        self._timings = timings
        self._clock = clock

    def __call__(self, line: LineEntry, dialled: str, call_id: str = "") -> Call:
        """A call of the line; one that the service begins has no Call-ID. Passwords dialled are masked."""
        return new_call(
            record_id=self._record_ids(),
            call_id=call_id,
            caller=line,
            dialled=masked(dialled),
            now_ms=self._clock.epoch_ms(),
            timings=self._timings,
        )
