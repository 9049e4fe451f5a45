"""Text as people type it: full-width letters, stray blanks, invisible characters.

Inputs are folded at the edge before any rule sees them, so that rules deal with one spelling only.
"""

from __future__ import annotations

import re

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FULL_WIDTH[0x3000] = 0x20
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2060\ufeff]"
)
_BLANKS = re.compile(r"\s+")
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


def clean_name(text: str) -> str:
    """A name as typed, without the commas and full stops that copying leaves at its ends."""
    return clean_line(text).strip(_STRAY)


def clean_code(text: str) -> str:
    """An identifier or number: folded, and without any blank."""
    if text.isascii() and text.isprintable():
        return text.replace(" ", "")
    return _BLANKS.sub("", _INVISIBLE.sub("", fold_width(text)))
