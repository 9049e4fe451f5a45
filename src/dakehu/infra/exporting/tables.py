"""What is exported: typed columns, rows, and where the figures come from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a column's values are, which fixes their form in the file."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"
    """Whole fen in; yuan with two decimals out."""
    PERCENT = "percent"
    """A fraction in: 0.25 is shown as 25.00 %."""
    DATE = "date"
    MOMENT = "moment"
    """An aware instant in; China Standard Time out."""
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading in the reader's language, its kind, its width in characters if not guessed."""

    heading: str
    kind: Kind = Kind.TEXT
    width: float | None = None
    choices: Sequence[str] = ()
    """Values offered in the cells of a template."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table to export. `rows` is read once, in order; each row has a value (or None) per column.

    `noun` says in the audit what was taken. `filters` are (label, value) pairs for the sheet of provenance;
    `total` is the number of rows where it is known; `notes` are lines below the provenance.
    """

    noun: str
    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[object]]
    filters: Sequence[tuple[str, str]] = ()
    total: int | None = None
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who made the file and when, as text."""

    made_by: str
    made_at: str
