"""Visits as an iCalendar stream (RFC 5545), for calendar programs that subscribe to an address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from dakehu.kernel.clock import utc

_FOLD = 75  # octets in a line, without its break (RFC 5545, 3.1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. `key` names it for good; `sequence` grows with each change."""

    key: str
    starts_at: datetime
    minutes: int
    summary: str
    description: str = ""
    place: str = ""
    sequence: int = 0
    is_cancelled: bool = False


def calendar_text(name: str, entries: Iterable[Entry], made_at: datetime) -> str:
    """The whole stream, its lines folded and ended by CRLF."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Dakehu//Visits//ZH",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(name)}",
    ]
    for entry in entries:
        lines += _event(entry, made_at)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _event(entry: Entry, made_at: datetime) -> list[str]:
    ends_at = entry.starts_at + timedelta(minutes=entry.minutes)
    lines = [
        "BEGIN:VEVENT",
        f"UID:{entry.key}",
        f"DTSTAMP:{_moment(made_at)}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTART:{_moment(entry.starts_at)}",
        f"DTEND:{_moment(ends_at)}",
        f"SUMMARY:{_escaped(entry.summary)}",
        f"STATUS:{'CANCELLED' if entry.is_cancelled else 'CONFIRMED'}",
    ]
    if entry.description:
        lines.append(f"DESCRIPTION:{_escaped(entry.description)}")
    if entry.place:
        lines.append(f"LOCATION:{_escaped(entry.place)}")
    return [*lines, "END:VEVENT"]


def _moment(moment: datetime) -> str:
    return f"{utc(moment):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return "\\n".join(text.splitlines())


def _folded(line: str) -> Iterator[str]:
    """Pieces of at most 75 octets, never cut inside a character; each after the first begins with a blank."""
    piece, size = "", 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > _FOLD:
            yield piece
            piece, size = " ", 1
        piece, size = piece + sign, size + octets
    yield piece
