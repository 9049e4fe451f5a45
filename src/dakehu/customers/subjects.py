"""What rules of data entry can look at: fields of the file, things that belong to it (KAM-13).

An app above registers what it knows in its `AppConfig.ready`, through `customers.api`, with a source that
measures it of many accounts in a fixed number of queries, and calls `keep_quality` when it changed:

    register_subject(Subject("quote", _("A quote this year"), is_dated=True, source=quotes))
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.functional import Promise

from dakehu.customers.domain.quality import Fact, Format
from dakehu.kernel.errors import NotFound

Text = str | Promise
Source = Callable[[Collection[int], date], Mapping[int, Fact]]


class Fill(StrEnum):
    """How a subject is filled in place: not at all, as a field of the file, or by what concerns a contact."""

    NO = ""
    FIELD = "field"
    PERSON = "person"
    """By the name of a new contact."""
    REACH = "reach"
    """By a telephone number or address of the first contact."""


@dataclass(frozen=True, slots=True)
class Subject:
    """`source` None: one of this app's own, measured in `selectors.qualityfacts`.

    `is_dated` says that the fact carries a day, so that freshness can be asked; `tab` is the tab of the
    customer's page where it is entered, if not in place.
    """

    name: str
    label: Text
    formats: tuple[Format, ...] = ()
    is_dated: bool = False
    fill: Fill = Fill.NO
    tab: str = ""
    source: Source | None = None


_subjects: dict[str, Subject] = {}


def register_subject(*subjects: Subject) -> None:
    for subject in subjects:
        _subjects[subject.name] = subject


def known_subjects() -> list[Subject]:
    return list(_subjects.values())


def subject_of(name: str) -> Subject:
    """The subject of that name, or `NotFound`."""
    try:
        return _subjects[name]
    except KeyError:
        raise NotFound(noun="quality_subject", id=name) from None


def subject_label(name: str) -> str:
    """The subject's words; of one whose app is gone, its name."""
    return str(_subjects[name].label) if name in _subjects else name
