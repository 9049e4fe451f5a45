"""Cells of an .xlsx that hold a fault of Excel, or a formula whose result the file doesn't have.

calamine gives both as blank, so that a column of "#REF!" would be read as one that nobody filled. Here the
sheet's XML is read a second time, for these cells alone: a search over the bytes tells first whether there is
any, and only then the XML is parsed. The other kinds of workbook keep no such XML: .ods spells its faults as
text, which `domain.faults` knows; of .xls and .xlsb they stay blank, and a required column says so.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree as ET
from xml.parsers import expat

from dakehu.infra.importing.domain.faults import NO_RESULT

MOST = 500_000
_PIECE = 2**20
_OVERLAP = 512
_SIGN = re.compile(
    rb"""\st=["']e["']|(?:</(?:\w+:)?f>|<(?:\w+:)?f(?:\s[^<>]*)?/>)\s*"""
    rb"""(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"""
)
_PLACE = re.compile(r"(?P<column>[A-Z]{1,3})(?P<row>[0-9]{1,7})")
Failed = dict[int, dict[int, str]]
"""By row, by column, both from 0: what the cell shows."""


def failed_cells(path: Path, name: str, most_columns: int) -> Failed:
    """The failed cells of the sheet called `name`; raises `ValueError` for XML that is none."""
    with zipfile.ZipFile(path) as archive:
        part = _part_of(archive, name)
        if part is None or not _has_any(archive, part):
            return {}
        return _Cells(most_columns).read(archive, part)


def _part_of(archive: zipfile.ZipFile, name: str) -> str | None:
    """Where the sheet's XML lies in the archive, as the workbook's own table of contents says."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return None
    wanted = next(
        (each for each in _elements(archive, "xl/workbook.xml", "sheet") if each.get("name") == name), {}
    )
    relation = next((value for key, value in wanted.items() if key.endswith("}id")), None)
    for each in _elements(archive, "xl/_rels/workbook.xml.rels", "Relationship"):
        if each.get("Id") == relation:
            target = each.get("Target", "")
            part = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
            return part if part in names else None
    return None


def _elements(archive: zipfile.ZipFile, part: str, wanted: str) -> Iterator[dict[str, str]]:
    try:
        tree = ET.fromstring(archive.read(part))  # noqa: S314 - bounded by the child's own limits
    except ET.ParseError as fault:
        raise ValueError(str(fault)) from None
    return (dict(each.attrib) for each in tree.iter() if each.tag.rpartition("}")[2] == wanted)


def _has_any(archive: zipfile.ZipFile, part: str) -> bool:
    kept = b""
    with archive.open(part) as file:
        while piece := file.read(_PIECE):
            if _SIGN.search(kept + piece):
                return True
            kept = piece[-_OVERLAP:]
    return False


class _Cells:
    """A walk through a sheet's XML. Cells may say where they stand, or follow the one before."""

    def __init__(self, most_columns: int) -> None:
        self._most_columns = most_columns
        self._row, self._column = -1, -1
        self._kind, self._text, self._inside = "", "", ""
        self._formula, self._value = "", ""
        self._has_formula = False
        self._found: Failed = {}
        self._count = 0

    def read(self, archive: zipfile.ZipFile, part: str) -> Failed:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.EntityDeclHandler = self._refuse
        try:
            with archive.open(part) as file:
                parser.ParseFile(file)
        except expat.ExpatError as fault:
            raise ValueError(str(fault)) from None
        return self._found

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        kind = tag.rpartition(":")[2]
        if kind == "row":
            number = attributes.get("r", "")
            self._row = int(number) - 1 if number.isdecimal() else self._row + 1
            self._column = -1
        elif kind == "c":
            place = _PLACE.fullmatch(attributes.get("r", ""))
            self._column = _column(place["column"]) if place else self._column + 1
            self._kind, self._formula, self._value = attributes.get("t", ""), "", ""
            self._has_formula = False
        elif kind in {"f", "v"}:
            self._inside, self._text = kind, ""

    def _characters(self, text: str) -> None:
        if self._inside:
            self._text += text

    def _end(self, tag: str) -> None:
        kind = tag.rpartition(":")[2]
        if kind == "f":
            self._has_formula, self._formula, self._inside = True, self._text, ""
        elif kind == "v":
            self._value, self._inside = self._text.strip(), ""
        elif kind == "c" and 0 <= self._column < self._most_columns:
            self._judge()

    def _judge(self) -> None:
        if self._kind == "e":
            shown = self._value or "#N/A"
        elif self._has_formula and not self._value and self._kind != "str":
            shown = f"{NO_RESULT} ={self._formula}"[:80] if self._formula else NO_RESULT
        else:
            return
        self._count += 1
        if self._count > MOST:
            raise MemoryError
        self._found.setdefault(self._row, {})[self._column] = shown

    def _refuse(self, *_declaration: object) -> None:
        raise ValueError("a sheet that declares entities")


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
