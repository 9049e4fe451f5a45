"""Text that a spreadsheet would take for a formula.

In a workbook a text cell is typed as text and stays text. CSV has no types, so there a text that begins with
one of `DANGEROUS` is given a leading apostrophe, Excel's own mark for "this is text"; `restore` takes it off
when such a file is brought back. Numbers are written as numbers and never marked.
"""

from __future__ import annotations

DANGEROUS = frozenset("=+-@\t\r\n＝＋－＠")


def neutralise(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would otherwise compute it."""
    return f"'{text}" if text and text[0] in DANGEROUS else text


def restore(text: str) -> str:
    """What `neutralise` was given."""
    return text[1:] if len(text) > 1 and text[0] == "'" and text[1] in DANGEROUS else text
