"""What an app declares to have its noun imported."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

import msgspec
from django.utils.functional import Promise
from django.utils.translation import override

from dakehu.infra.access.api import Actor
from dakehu.infra.importing.domain.headings import Known
from dakehu.infra.importing.domain.parsers import Parser, text
from dakehu.kernel.errors import DomainError, NotFound

D = TypeVar("D")
_TEXT = text()


@dataclass(frozen=True, slots=True)
class ImportColumn:
    """One column of the file.

    `field` names the draft's attribute; `heading` is lazily translated, and both its languages are
    understood, as are the `aliases`. A blank cell gives `blank`, or a fault where the column is `required`.
    `note` tells the person what belongs here; `choices` are offered in the template's cells.
    """

    field: str
    heading: str | Promise
    parser: Parser = _TEXT
    aliases: Sequence[str] = ()
    required: bool = False
    example: str = ""
    note: str | Promise = ""
    choices: Sequence[str] = ()
    blank: object = None


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Something like the draft exists. `reason` says what, in a sentence made from its code and data.

    `object_id` leads to it through the spec's `url`. Where it can't stand beside the draft, `importable` is
    false and the row can only be mended or skipped.
    """

    reason: DomainError
    object_id: str = ""
    importable: bool = True


@dataclass(frozen=True, slots=True)
class Finding:
    """What `check` says of one draft. Each fault's `field` puts it beside its cell."""

    faults: Sequence[DomainError] = ()
    duplicates: Sequence[Duplicate] = ()


CLEAN = Finding()


@dataclass(frozen=True, slots=True)
class Made:
    """What `commit` made of a draft. `version` lets `undo` see whether anyone has changed it since."""

    object_id: str
    version: int = 1


Outcome = Made | Finding | DomainError
"""What `commit` says of one draft."""


def _no_keys(_draft: object) -> Mapping[str, str]:
    return {}


def _no_url(_object_id: str) -> str:
    return ""


@dataclass(frozen=True)
class ImportSpec(Generic[D]):
    """One noun's import. All functions take batches and answer in the same order, in few queries.

    - `check(actor, drafts)`: a `Finding` per draft. Reads only.
    - `commit(actor, drafts, wanted)`: per draft what was made, or the finding or error for which it was not.
      It checks again, for time has passed; `wanted` says of each draft that its importable duplicates are
      known and meant. Runs inside the transaction that marks the rows, leaves audit and outbox as any
      service does, and never beside another commit of the same import.
    - `undo(actor, made)`: per object None when it was removed, or the error for which it stays.
    - `keys(draft)`: by field, what no other row of the file should have as well (normalised).
    - `unique`: those of the key fields that exclude each other for good; the others may be imported anyway.
    - `draft`: a dataclass of the columns' fields with JSON-able types (str, int, bool, date, Decimal, None).
    """

    name: str
    noun: str
    title: str | Promise
    permission: str
    columns: Sequence[ImportColumn]
    draft: type[D]
    check: Callable[[Actor, Sequence[D]], Sequence[Finding]]
    commit: Callable[[Actor, Sequence[D], Sequence[bool]], Sequence[Outcome]]
    undo: Callable[[Actor, Sequence[Made]], Sequence[DomainError | None]]
    keys: Callable[[D], Mapping[str, str]] = _no_keys
    unique: frozenset[str] = frozenset()
    url: Callable[[str], str] = _no_url
    list_url: str = ""
    max_rows: int = 200_000

    @cached_property
    def known(self) -> list[Known]:
        """The columns as headings may name them, in both languages."""
        return [
            Known(column.field, [*_both_languages(column.heading), *column.aliases], column.required)
            for column in self.columns
        ]

    @cached_property
    def by_field(self) -> dict[str, ImportColumn]:
        return {column.field: column for column in self.columns}

    @cached_property
    def decode(self) -> Callable[[str | bytes], D]:
        """A stored draft as the app's own type."""
        return msgspec.json.Decoder(self.draft).decode

    def heading(self, field: str) -> str:
        """The column's heading in the active language; the field itself where it is none of ours."""
        column = self.by_field.get(field)
        return str(column.heading) if column else field


_specs: dict[str, ImportSpec[Any]] = {}


def register_import(spec: ImportSpec[Any]) -> None:
    """Make a noun importable; called from `AppConfig.ready`."""
    fields = {column.field for column in spec.columns}
    if len(fields) != len(spec.columns):
        raise ValueError(f"{spec.name}: a field has two columns")
    _specs[spec.name] = spec


def spec_of(name: str) -> ImportSpec[Any]:
    """The import of that name, or `NotFound`."""
    try:
        return _specs[name]
    except KeyError:
        raise NotFound(noun="import", id=name) from None


def known_specs() -> Mapping[str, ImportSpec[Any]]:
    return _specs


def specs_for(actor: Actor) -> list[ImportSpec[Any]]:
    """The imports that the actor may start."""
    return [spec for spec in _specs.values() if actor.may(spec.permission)]


def _both_languages(heading: str | Promise) -> list[str]:
    names = []
    for language in ("zh-hans", "en"):
        with override(language):
            names.append(str(heading))
    return names
