"""A list as a file: the columns chosen, the rows found, in the list's order, in a stream."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _

from dakehu.infra.exporting.api import Column as FileColumn
from dakehu.infra.exporting.api import Kind as FileKind
from dakehu.infra.exporting.api import Table, format_of, stream
from dakehu.infra.ui.lists import keyset
from dakehu.infra.ui.lists.columns import Column, Kind
from dakehu.infra.ui.lists.page import Listing

_CHUNK = 2000
_KINDS: Mapping[Kind, FileKind] = {
    Kind.NUMBER: FileKind.DECIMAL,
    Kind.MONEY: FileKind.MONEY,
    Kind.WAN: FileKind.MONEY,
    Kind.PERCENT: FileKind.PERCENT,
    Kind.GROWTH: FileKind.PERCENT,
    Kind.DATE: FileKind.DATE,
    Kind.MOMENT: FileKind.MOMENT,
    Kind.YES_NO: FileKind.YES_NO,
}


def export(listing: Listing, form: str) -> StreamingHttpResponse:
    """Answer with the listing as "xlsx" or "csv"; raises `FormatUnknown`."""
    spec, columns = listing.spec, listing.columns
    filters = [(chip.label, chip.value) for chip in listing.chips()]
    if listing.state.text:
        filters.insert(0, (_("Search"), listing.state.text))
    table = Table(
        noun=spec.noun or spec.name,
        title=str(spec.title),
        columns=[FileColumn(str(column.label), _kind(column)) for column in columns],
        rows=_rows(listing, columns),
        filters=filters,
    )
    return stream(listing.actor, table, format_of(form))


def _kind(column: Column[Any]) -> FileKind:
    return _KINDS.get(column.kind, FileKind.TEXT)


def _rows(listing: Listing, columns: list[Column[Any]]) -> Iterator[list[Any]]:
    """Page by page by key, so that no long read holds the database's old versions."""
    order, after = listing.order(), ""
    while True:
        page = keyset.page_of(listing.parts, order, _CHUNK, after=after)
        if listing.spec.prepare:
            listing.spec.prepare(listing.actor, page.rows)
        for row in page.rows:
            yield [_value(column, row) for column in columns]
        if not page.next:
            return
        after = page.next


def _value(column: Column[Any], row: Any) -> Any:
    value = column.value_of(row)
    return column.text(row) if column.kind in {Kind.STATE, Kind.LINK} and value is not None else value
