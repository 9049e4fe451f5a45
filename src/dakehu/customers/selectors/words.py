"""From the words of a spreadsheet to units, people, accounts and dictionary codes, a batch at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Q
from django.utils.translation import override

from dakehu.customers.domain.errors import OwnerUnknown, ParentUnknown, UnitUnknown
from dakehu.customers.domain.importing import CustomerRow, SeveralMeant
from dakehu.customers.domain.names import display_name
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.customers import customers_for
from dakehu.customers.selectors.merges import merged_numbers
from dakehu.infra.access.api import SEGMENT, Actor, visible
from dakehu.kernel.errors import DomainError
from dakehu.kernel.text import clean_code
from dakehu.organisation.api import OrgUnit, User, dictionary_labels

_Found = Mapping[str, Mapping[int, str]]
"""By folded word, the ids it may mean with what tells them apart."""
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Words:
    """What the words of one batch of rows mean to the actor."""

    units: _Found
    owners: _Found
    parents: _Found
    trades: Mapping[str, str]
    sections: Mapping[str, str]
    own_unit: int | None

    @classmethod
    def of(cls, actor: Actor, rows: Sequence[CustomerRow]) -> Words:
        units = list(visible(OrgUnit.objects.filter(is_open=True), actor, Permission.CREATE))
        return cls(
            units=_unit_words(units),
            owners=_owners(actor, {row.owner for row in rows if row.owner}),
            parents=_parents(actor, {row.parent for row in rows if row.parent}),
            trades=_entries("trade"),
            sections=_entries("trade_section"),
            own_unit=next((unit.pk for unit in units if unit.path == actor.org_path), None),
        )

    def unit(self, text: str, faults: list[DomainError]) -> int:
        """The unit's id, 0 with a fault; a blank means the unit the actor works in."""
        if not text and self.own_unit is not None:
            return self.own_unit
        return (
            _one(self.units, text, faults, lambda: UnitUnknown(field="org_unit", text=text), "org_unit") or 0
        )

    def owner(self, text: str, faults: list[DomainError]) -> int | None:
        if not text:
            return None
        return _one(self.owners, text, faults, lambda: OwnerUnknown(field="owner", text=text), "owner")

    def parent(self, text: str, faults: list[DomainError]) -> int | None:
        if not text:
            return None
        return _one(self.parents, text, faults, lambda: ParentUnknown(field="parent", text=text), "parent")

    def trade(self, text: str) -> str:
        """The dictionary's code; the text itself where it is none, for the check to refuse."""
        return self.trades.get(_fold(text), text)

    def section(self, text: str) -> str:
        return self.sections.get(_fold(text), text)


def _one(
    found: _Found, text: str, faults: list[DomainError], unknown: Callable[[], DomainError], field: str
) -> int | None:
    meant = found.get(_fold(text), {})
    if len(meant) == 1:
        return next(iter(meant))
    faults.append(
        SeveralMeant(field=field, text=text, others=sorted(meant.values())[:_NAMED]) if meant else unknown()
    )
    return None


@lru_cache(maxsize=10_000)
def _fold(text: str) -> str:
    return clean_code(text).casefold().replace("(", "（").replace(")", "）")


def _unit_words(units: Iterable[OrgUnit]) -> _Found:
    """Each unit by its name, its short name, its line from the city down, and behind each unit above it.

    With and without slashes: 太原/迎泽/一组, 太原/一组, 迎泽一组, 一组.
    """
    by_path = {unit.path: unit for unit in units}
    found: dict[str, dict[int, str]] = defaultdict(dict)
    for unit in by_path.values():
        ends = range(2 * SEGMENT, len(unit.path) + 1, SEGMENT)
        line = [by_path[unit.path[:end]] for end in ends if unit.path[:end] in by_path]
        shown = "/".join(each.short_name for each in line) or unit.short_name
        words = {unit.name, unit.short_name, shown, "/".join(each.name for each in line)}
        words |= {f"{above.short_name}/{unit.short_name}" for above in line[:-1]}
        for word in {*words, *(word.replace("/", "") for word in words)} - {""}:
            found[_fold(word)][unit.pk] = shown
    return found


def _owners(actor: Actor, texts: set[str]) -> _Found:
    if not texts:
        return {}
    people = visible(User.objects.filter(is_active=True), actor, Permission.CREATE)
    named = people.filter(Q(name__in=texts) | Q(username__in={clean_code(text) for text in texts} | texts))
    found: dict[str, dict[int, str]] = defaultdict(dict)
    for pk, name, username in named.values_list("pk", "name", "username"):
        found[_fold(name)][pk] = username
    for pk, username in named.values_list("pk", "username"):
        found[_fold(username)] = {pk: username}  # a sign-in name is one person, whoever else is called so
    return found


def _parents(actor: Actor, texts: set[str]) -> _Found:
    if not texts:
        return {}
    names = {display_name(text) for text in texts}
    codes = {clean_code(text).upper() for text in texts}
    rows = customers_for(actor).filter(Q(name__in=names) | Q(code__in=codes))
    found: dict[str, dict[int, str]] = defaultdict(dict)
    for pk, code, name in rows.values_list("pk", "code", "name"):
        found[_fold(name)][pk] = code
        found[_fold(code)][pk] = code
    for old, pk, code in merged_numbers(actor, codes):
        found[_fold(old)][pk] = code
    return found


def _entries(dictionary: str) -> dict[str, str]:
    """Codes and labels of both languages, folded, to codes."""
    found: dict[str, str] = {}
    for language in ("zh-hans", "en"):
        with override(language):
            found.update({_fold(label): code for code, label in dictionary_labels(dictionary).items()})
    found.update({_fold(code): code for code in list(found.values())})
    return found


def account_words(actor: Actor, texts: set[str]) -> _Found:
    """The accounts that the actor sees by number or full name, as `one_account` looks them up."""
    return _parents(actor, texts)


def one_account(
    found: _Found, text: str, faults: list[DomainError], unknown: DomainError, field: str
) -> int | None:
    """The id of the one account that the text means; None with a fault otherwise."""
    return _one(found, text, faults, lambda: unknown, field)


def entry_words(dictionary: str) -> Callable[[str], str | None]:
    """What turns the words of a dictionary, in both languages, into its codes; None for what is none."""
    entries = _entries(dictionary)
    return lambda text: entries.get(_fold(text))
