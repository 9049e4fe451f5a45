"""Reading dictionaries: what forms offer and what lists show."""

from __future__ import annotations

import threading
from typing import Any

from django.core.signals import request_finished, request_started

from dakehu.organisation.localised import in_english, localised
from dakehu.organisation.models import DictionaryEntry

_Row = tuple[str, str, str, bool]


class _PerRequest(threading.local):
    """Entries read so far in this thread's request, and their labels by dictionary and language.

    `rows` is None outside of a request, where nothing is kept.
    """

    rows: dict[str, list[_Row]] | None = None
    labels: dict[tuple[str, bool], dict[str, str]]


_cache = _PerRequest()


def dictionary_choices(code: str) -> list[tuple[str, str]]:
    """The active entries as (code, label in the reader's language), in the administrator's order."""
    return [(entry, localised(label, label_en)) for entry, label, label_en, active in _rows(code) if active]


def dictionary_labels(code: str) -> dict[str, str]:
    """Every entry's label by its code, inactive ones too: rows written long ago keep their words."""
    return {entry: localised(label, label_en) for entry, label, label_en, _active in _rows(code)}


def dictionary_label(code: str, entry: str) -> str:
    """One entry's label, or its code if the dictionary doesn't know it. Made for every cell of long lists."""
    if _cache.rows is None:
        return dictionary_labels(code).get(entry, entry)
    key = (code, in_english())
    labels = _cache.labels.get(key)
    if labels is None:
        labels = _cache.labels[key] = dictionary_labels(code)
    return labels.get(entry, entry)


def _rows(code: str) -> list[_Row]:
    """The dictionary's entries; read once per request, however many fields and cells ask."""
    kept = _cache.rows
    if kept is not None and code in kept:
        return kept[code]
    rows = list(
        DictionaryEntry.objects.filter(dictionary__code=code).values_list(
            "code", "label", "label_en", "is_active"
        )
    )
    if kept is not None:
        kept[code] = rows
    return rows


def forget() -> None:
    """Read anew from here on: after a dictionary has been changed within the request."""
    if _cache.rows is not None:
        _begin()


def _begin(**_signal: Any) -> None:
    _cache.rows, _cache.labels = {}, {}


def _end(**_signal: Any) -> None:
    _cache.rows = None


request_started.connect(_begin, dispatch_uid="organisation.dictionaries.begin")
request_finished.connect(_end, dispatch_uid="organisation.dictionaries.end")
