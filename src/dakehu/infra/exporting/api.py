"""The door to exports."""

from __future__ import annotations

from dakehu.infra.exporting.jobs import ExportSource, export_start, register_source
from dakehu.infra.exporting.neutral import neutralise, restore
from dakehu.infra.exporting.responses import Format, format_of, stream, stream_csv, stream_xlsx
from dakehu.infra.exporting.tables import Column, Kind, Table

__all__ = [
    "Column",
    "ExportSource",
    "Format",
    "Kind",
    "Table",
    "export_start",
    "format_of",
    "neutralise",
    "register_source",
    "restore",
    "stream",
    "stream_csv",
    "stream_xlsx",
]
