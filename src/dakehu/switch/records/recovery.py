"""What a spool says of the calls that were up when its writer died."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from dakehu.switch.records import frames, segments
from dakehu.switch.records.record import CallRecord


@dataclass(frozen=True, slots=True)
class Recovered:
    """`next_segment` is a number never used; `up` are calls answered and not ended, by record id.

    `known_ms` is the latest moment that the stream speaks of, 0 for an empty spool.
    """

    next_segment: int
    up: dict[str, CallRecord]
    known_ms: int


def recover(directory: Path) -> Recovered:
    """Read the stream's end and cut off what is no whole frame. Changes nothing else; may be repeated."""
    numbers = segments.numbers_in(directory)
    story = _Story()
    for number in _last_headed(directory, numbers):
        path = segments.path_of(directory, number)
        with path.open("rb+") as file:
            end = 0
            for frame in frames.scan(file, 0, sealed=True):
                story.add(frame)
                end = frame.end
            if file.seek(0, os.SEEK_END) > end:
                file.truncate(end)
                os.fsync(file.fileno())
    return Recovered(numbers[-1] + 1 if numbers else 1, story.up, story.known_ms)


def headed(directory: Path, number: int) -> bool:
    """Whether the segment begins with a whole head, so that nothing before it is needed for a restart."""
    try:
        with segments.path_of(directory, number).open("rb") as file:
            first = next(frames.scan(file, 0, sealed=False), None)
    except FileNotFoundError:
        return False
    return first is not None and first.kind is frames.Kind.HEAD


def _last_headed(directory: Path, numbers: list[int]) -> list[int]:
    """The newest segment that has a head, and those after it."""
    for index in range(len(numbers) - 1, -1, -1):
        if headed(directory, numbers[index]):
            return numbers[index:]
    return numbers


class _Story:
    """What the frames read so far tell."""

    def __init__(self) -> None:
        self.up: dict[str, CallRecord] = {}
        self.known_ms = 0

    def add(self, frame: frames.Frame) -> None:
        match frame.kind:
            case frames.Kind.HEAD:
                head = frames.decode_head(frame.body)
                self.up = {record.record_id: record for record in head.up}
                self._known(head.known_ms)
            case frames.Kind.ANSWERED:
                record = frames.decode_record(frame.body)
                self.up[record.record_id] = record
                self._known(record.answer_ms)
            case frames.Kind.RECORD:
                record = frames.decode_record(frame.body)
                self.up.pop(record.record_id, None)
                self._known(record.end_ms)
            case frames.Kind.CHECKPOINT:
                self._known(frames.decode_checkpoint(frame.body).known_ms)
            case frames.Kind.SERVICES:
                self._known(frames.decode_services(frame.body).at_ms)

    def _known(self, moment_ms: int) -> None:
        self.known_ms = max(self.known_ms, moment_ms)
