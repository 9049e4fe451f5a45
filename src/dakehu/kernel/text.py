"""Text as people type it: full-width letters, stray blanks, invisible characters.

Inputs are folded at the edge before any rule sees them, so that rules deal with one spelling only.
"""

from __future__ import annotations

import re
from decimal import Decimal

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FULL_WIDTH[0x3000] = 0x20
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_DANGEROUS = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_BLANKS = re.compile(r"\s+")
_NUMBER = re.compile(
    r"(?P<open>\()?(?P<sign>[-−+])?(?P<currency>[¥￥])?(?(sign)|(?P<inner>[-−+])?)"
    r"(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<part>\d+))?(?:[eE](?P<power>[-+]?\d{1,3}))?"
    r"(?P<unit>万亿|千万|百万|亿|万|千)?(?P<yuan>元)?(?P<percent>%)?(?(open)\))",
    re.ASCII,
)
_POWERS = {"千": 3, "万": 4, "百万": 6, "千万": 7, "亿": 8, "万亿": 12}
_MOST_DIGITS = 28
_STRAY = " \t,.;:，。；：、．｡､·"


def fold_width(text: str) -> str:
    """Full-width letters, digits, signs and the ideographic space as their half-width twins."""
    if text.isascii():
        return text
    return text.translate(_FULL_WIDTH)


def clean_line(text: str) -> str:
    """One line: invisible characters dropped, every run of blanks one space, none at the ends."""
    if text.isprintable() and "  " not in text:  # then its only blanks are single spaces
        return text.strip(" ")
    return _BLANKS.sub(" ", _INVISIBLE.sub("", text)).strip()


def clean_text(text: str) -> str:
    """Text of any number of lines without control, invisible and direction-turning characters."""
    return text if text.isprintable() else _INVISIBLE.sub("", text)


def dangerous_sign(text: str) -> str:
    """The first character, as "U+202E", that no text of a program may hold; "" where there is none.

    These are controls, which no database or protocol keeps, and signs that turn the direction of reading.
    """
    found = None if text.isprintable() else _DANGEROUS.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""


def clean_name(text: str) -> str:
    """A name as typed, without the commas and full stops that copying leaves at its ends."""
    return clean_line(text).strip(_STRAY)


def clean_code(text: str) -> str:
    """An identifier or number: folded, and without any blank."""
    if text.isascii() and text.isprintable():
        return text.replace(" ", "")
    return _BLANKS.sub("", _INVISIBLE.sub("", fold_width(text)))


def number_from(text: str, *, money: bool = False, percent: bool = False) -> Decimal | None:
    """The number that a person or a spreadsheet wrote; None where the text is none.

    Understood: full-width digits, blanks, thousands set apart by commas, "1.5万", "2亿",
    exponents, a minus of any kind, brackets for a negative number. With `money` also "¥" before and
    "元" behind, with `percent` a "%", which divides by a hundred. "1,5" is no number: it may be 1.5 as well
    as 15.
    """
    match = _NUMBER.fullmatch(clean_code(text))
    if match is None or (match["open"] and (match["sign"] or match["inner"])):
        return None
    if ((match["currency"] or match["yuan"]) and not money) or (match["percent"] and not percent):
        return None
    whole, part = match["whole"].replace(",", ""), match["part"] or ""
    power = int(match["power"] or 0) + _POWERS.get(match["unit"] or "", 0) - (2 if match["percent"] else 0)
    digits = (whole + part).lstrip("0")
    if len(digits) > _MOST_DIGITS or abs(power) > _MOST_DIGITS:
        return None
    negative = bool(match["open"]) or (match["sign"] or match["inner"]) in {"-", "−"}
    return Decimal((int(negative), tuple(map(int, digits)) or (0,), power - len(part)))
