"""What telephones say by INFO inside a call: a key was pressed, the hook was flashed.

There is no standard for either, but a handful of content types that telephones send: `application/dtmf-relay`
(`Signal=5`, `Duration=160`), `application/dtmf` (`5`), `application/hook-flash` (`signal=hf`) and
`application/broadsoft` (`event flashhook`). INFO packages (RFC 6086) we have none; what they carry is refused
with 469, another body with 415, and an INFO without any body asks nothing and is answered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dakehu.switch.sip.faults import Fault, fault
from dakehu.switch.sip.message import Request

DTMF_RELAY = "application/dtmf-relay"
_USUAL_MS = 100
_LONGEST_MS = 10_000
_KEYS = {**{key: key for key in "0123456789*#ABCD"}, "10": "*", "11": "#"}
_KEYS |= {str(12 + at): key for at, key in enumerate("ABCD")}
_FLASHES = frozenset({"16", "!", "F", "HF", "FLASH", "HOOKFLASH"})
_MOST = 512


@dataclass(frozen=True, slots=True)
class Key:
    """One of `0123456789*#ABCD`, and how long it was held."""

    key: str
    duration_ms: int = _USUAL_MS


@dataclass(frozen=True, slots=True)
class Flash:
    """The hook went down for a moment: the subscriber wants something of us."""


Said = Key | Flash | Fault | None


def read_info(request: Request) -> Said:
    """What an INFO says; `None`: nothing, and it is answered 200 all the same. A fault is the answer."""
    if "info-package" in request:
        return fault(469, ("Recv-Info", ""))
    if not request.body:
        return None
    reader = _READERS.get(request.content_type)
    if reader is None:
        return fault(415, ("Accept", ", ".join(sorted(_READERS))))
    return reader(request.body[:_MOST].decode("ascii", "replace"))


def dtmf_relay(pressed: Key) -> bytes:
    """The body of an INFO of ours."""
    return f"Signal={pressed.key}\r\nDuration={pressed.duration_ms}\r\n".encode()


def _signal(signal: str, duration: str = "") -> Said:
    signal = signal.strip().upper()
    if signal in _FLASHES:
        return Flash()
    return Key(_KEYS[signal], _duration(duration)) if signal in _KEYS else fault(400)


def _relay(text: str) -> Said:
    pairs = (line.partition("=") for line in text.replace("\r", "\n").split("\n"))
    said = {name.strip().lower(): value for name, equals, value in pairs if equals}
    return _signal(said.get("signal", ""), said.get("duration", ""))


def _broadsoft(text: str) -> Said:
    return Flash() if "flashhook" in text.lower().split() else None


def _hook_flash(_text: str) -> Said:
    return Flash()


def _duration(text: str) -> int:
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 9:
        return _USUAL_MS
    return min(int(digits), _LONGEST_MS)


_READERS: Mapping[str, Callable[[str], Said]] = {
    DTMF_RELAY: _relay,
    "application/dtmf": _signal,
    "application/hook-flash": _hook_flash,
    "application/broadsoft": _broadsoft,
}
