"""How a product's form is laid out: what is stated once above, and what once per row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Layout:
    """`rows` is the offering of which each row is an item.

    With a `parent`, the head states an item of that offering and the rows build on it; without one, the head
    states the characteristics in `lifted`, which all rows share. `hidden` are left out: the rest says them.
    """

    rows: str
    parent: str = ""
    lifted: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()


_LAYOUTS: Mapping[str, Layout] = {
    "centrex-group": Layout("centrex-member", parent="centrex-group", hidden=("group",)),
    "centrex-member": Layout("centrex-member", lifted=("group",)),
    "single-line": Layout("single-line", lifted=("exchange",)),
}


def layout_of(offering: str) -> Layout:
    """The product's own layout, or rows that state everything."""
    return _LAYOUTS.get(offering, Layout(offering))
