"""Call records on the voice process's own disk, until the business side has them.

One append-only stream of frames, cut into segments `000000000001.calls`, `…2.calls`, …

What is written when
  *answered*    when a call is answered, before the caller's telephone hears of it: the record so far
  *record*      when a call is over, answered or not: the record, final
  *checkpoint*  every half minute while calls are up: the time
  *services*    when a subscriber has set services by feature code, before the subscriber hears of it; again
                at each start while the directory lacks them
  *head*        first in each segment: the calls up then, so that a restart reads the last segment alone

A frame is a mark, its length, its CRC-32 and its payload. It goes to the system with one `write` before
`SpoolWriter.answered` or `.ended` returns, so it survives kill -9; a thread calls `fdatasync` some 50 ms
later for all that came meanwhile, so it survives a power cut, and the event loop never waits for a disk.

After a crash the next `SpoolWriter` cuts off a frame that was half written and takes each call that is
*answered* without *record* as ended at the last moment known (the latest time in the stream), cause
`interrupted`: its record is written first of all. A call has one `record_id` from its begin, *record* frames
are whole or absent, and one that exists closes its *answered*; so each answered call has exactly one record,
wherever in the bytes the process was killed, in recovery too. A call that was still ringing leaves no record.

`SpoolReader` gives records, or changes of services, in order from a cursor which the consumer keeps with what
it made of them, in one transaction; segments before every consumer's cursor are then deleted. `record_id` is
unique and a consumer that has an id already drops the second: after a power cut a record may be read that
the disk then had not kept, and the call come again as interrupted.
"""

from __future__ import annotations

from dakehu.switch.records.errors import CursorAhead, SpoolBusy
from dakehu.switch.records.frames import Attendance
from dakehu.switch.records.reader import START, Batch, Changes, Cursor, SpoolReader
from dakehu.switch.records.record import CallRecord, EndCause, Party
from dakehu.switch.records.spools import spool_path, spools_in
from dakehu.switch.records.writer import SpoolLimits, SpoolWriter, unowned

__all__ = [
    "START",
    "Attendance",
    "Batch",
    "CallRecord",
    "Changes",
    "Cursor",
    "CursorAhead",
    "EndCause",
    "Party",
    "SpoolBusy",
    "SpoolLimits",
    "SpoolReader",
    "SpoolWriter",
    "spool_path",
    "spools_in",
    "unowned",
]
