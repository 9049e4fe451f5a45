"""Lexical pieces of RFC 3261 section 25 that several headers share.

Everything here works on `str`. Text is decoded as UTF-8 with `surrogateescape` (`parser.py`), so bytes that
are no UTF-8 survive and encode back to what they were. `str` methods that would accept more than ASCII
(`isdigit`, `strip` without argument, `splitlines`) are not used on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from dakehu.switch.sip.errors import Malformed

LWS = " \t\r\n"
CACHED = 4096
"""Values of one kind remembered as read: From, To, Contact are the same in each message of a call."""
CACHED_LENGTH = 256
"""Longer values are read each time: what is remembered stays within a few megabytes whatever is sent."""
Params = Mapping[str, str | None]

is_token = re.compile(r"[A-Za-z0-9\-.!%*_+`'~]+").fullmatch
# A display name without quotes is tokens and spaces; bytes beyond ASCII are let through because telephones
# send them.
is_plain_name = re.compile(r"[A-Za-z0-9\-.!%*_+`'~ \t\u0080-\U0010ffff]*").fullmatch
_is_digits = re.compile(r"[0-9]+").fullmatch
_is_value = re.compile(r"[A-Za-z0-9\-.!%*_+`'~\[\]:]+").fullmatch
_escape = re.compile(r"%([0-9A-Fa-f]{2})")
_USUAL = frozenset({"tag", "branch", "rport", "received", "lr", "expires", "transport", "q"})
"""Parameter names that need no check."""
MAX_MEMBERS = 100
"""Members of a comma list, parameters of a value: a datagram has room for thousands, the trade for ten."""


def unfold(text: str) -> str:
    """A folded header value on one line: each fold counts as one space (section 7.3.1)."""
    if "\n" not in text:
        return text
    return " ".join([line.strip(LWS) for line in text.split("\r\n")])


def number(text: str, *, part: str, limit: int) -> int:
    """A non-negative decimal below `limit`; leading zeros are allowed, signs and Unicode digits are not."""
    if len(text) < 10 and text.isdigit() and text.isascii():
        value = int(text)
        if value < limit:
            return value
    digits = text.strip(LWS)
    if not _is_digits(digits):
        raise Malformed(part, "not a number")
    digits = digits.lstrip("0") or "0"  # int() refuses thousands of digits, zeros too
    if len(digits) > len(str(limit)) or int(digits) >= limit:
        raise Malformed(part, "number too large")
    return int(digits)


def closing_quote(text: str, start: int, *, part: str) -> int:
    """Where the quoted string whose opening quote is at `start` ends."""
    at = text.find('"', start + 1)
    while at >= 0:
        back = at - 1
        while text[back] == "\\" and back > start:
            back -= 1
        if (at - back) % 2:
            return at
        at = text.find('"', at + 1)
    raise Malformed(part, "unterminated quoted string")


def unquote(text: str) -> str:
    """The content of a quoted string; text without quotes is returned as it is."""
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        return text
    inner = text[1:-1]
    return re.sub(r"\\(.)", r"\1", inner, flags=re.DOTALL) if "\\" in inner else inner


def quote(text: str) -> str:
    """A quoted string around `text`; CR, LF and NUL, which none may contain, become spaces."""
    safe = text.translate({0: " ", 10: " ", 13: " "})
    return '"' + safe.replace("\\", "\\\\").replace('"', '\\"') + '"'


def split_outside(text: str, separator: str, *, part: str) -> list[str]:
    """Split at `separator`, but not inside a quoted string or angle brackets. Linear in the length."""
    if separator not in text:
        return [text]
    if '"' not in text and "<" not in text:
        return text.split(separator)
    pieces = []
    start = at = 0
    length = len(text)
    while at < length:
        char = text[at]
        if char == separator:
            pieces.append(text[start:at])
            start = at + 1
        elif char == '"':
            at = closing_quote(text, at, part=part)
        elif char == "<":
            at = text.find(">", at)
            if at < 0:
                raise Malformed(part, "unclosed angle bracket")
        at += 1
    pieces.append(text[start:])
    return pieces


def split_list(text: str, *, part: str) -> list[str]:
    """The members of a comma list, stripped; an empty member is a fault."""
    members = [piece.strip(LWS) for piece in split_outside(text, ",", part=part)]
    if len(members) > MAX_MEMBERS:
        raise Malformed(part, "too many members")
    if "" in members:
        raise Malformed(part, "empty list member")
    return members


def parse_params(text: str, *, part: str) -> Params:
    """Read `;name=value;flag` (with its first semicolon, or empty).

    Names come out in lower case, values as written, quotes included; a flag has the value `None`. A name that
    comes twice is a fault (section 7.3.1).
    """
    params: dict[str, str | None] = {}
    text = text.strip(LWS)
    if not text:
        return params
    if text[0] != ";":
        raise Malformed(part, "text where a parameter should start")
    if text[:5] == ";tag=" and is_token(text[5:]):
        return {"tag": text[5:]}  # what From and To nearly always are
    pieces = text[1:].split(";") if '"' not in text else split_outside(text[1:], ";", part=part)
    if len(pieces) > MAX_MEMBERS:
        raise Malformed(part, "too many parameters")
    for piece in pieces:
        name, equals, value = piece.partition("=")
        if name not in _USUAL:
            name = name.strip(LWS).lower()
            if not is_token(name):
                raise Malformed(part, "empty parameter" if not name else "bad parameter name")
        if name in params:
            raise Malformed(part, f"parameter {name} twice")
        if not equals:
            params[name] = None
        elif _is_value(value):
            params[name] = value
        else:
            params[name] = _param_value(value.strip(LWS), part=part)
    return params


def _param_value(value: str, *, part: str) -> str:
    if value[:1] == '"':
        if closing_quote(value, 0, part=part) != len(value) - 1:
            raise Malformed(part, "text after a quoted string")
    elif not _is_value(value):
        raise Malformed(part, "bad parameter value")
    return value


def format_params(params: Iterable[tuple[str, str | None]]) -> str:
    """The inverse of `parse_params`."""
    return "".join([f";{name}" if value is None else f";{name}={value}" for name, value in params])


def percent_decode(text: str) -> str:
    """`%41` becomes `A`; a percent sign that starts no escape stays."""
    if "%" not in text:
        return text
    data = text.encode("utf-8", "surrogateescape")
    decoded = re.sub(rb"%([0-9A-Fa-f]{2})", lambda found: bytes((int(found[1], 16),)), data)
    return decoded.decode("utf-8", "surrogateescape")


def readable(text: str) -> str:
    """Text that can be stored and shown: bytes that are no UTF-8 become U+FFFD."""
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def escapes_are_whole(text: str) -> bool:
    """Whether each percent sign starts a whole escape."""
    return "%" not in text or text.count("%") == len(_escape.findall(text))
