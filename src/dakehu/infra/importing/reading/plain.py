"""CSV and its kin: any usual encoding and separator."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from pathlib import Path

from dakehu.infra.exporting.neutral import restore
from dakehu.infra.files.sniffing import encoding_of
from dakehu.infra.importing.domain.faults import CellTooLarge, EncodingUnknown
from dakehu.infra.importing.reading.frames import Row
from dakehu.infra.importing.reading.texts import texts_of
from dakehu.infra.importing.reading.workbooks import MAX_COLUMNS

_SEPARATORS = ",\t;|，"
_SAMPLE = 65_536
_PIECE = 2**20
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_HELD_AS_TEXT = re.compile(r'="([^"]*)"')


class PlainTable:
    """One sheet: the file."""

    def __init__(self, path: Path, name: str) -> None:
        self._path, self._name = path, name
        with path.open("rb") as file:
            head = file.read(_SAMPLE)
        self._encoding = self._checked(encoding_of(head))
        self._separator = separator_of(head.decode(self._encoding, "ignore"))

    def sheets(self) -> list[int]:
        return [0]

    def sheet_name(self, _index: int) -> str:
        return self._name[:31]

    def rows(self, _index: int) -> Iterator[Row]:
        with self._path.open(encoding=self._encoding, newline="") as file:
            reader = csv.reader(file, delimiter=self._separator)
            number = 0
            while True:
                number += 1
                try:
                    cells = next(reader, None)
                except csv.Error:
                    raise CellTooLarge(row=number) from None
                if cells is None:
                    return
                row = texts_of([_plain(cell) for cell in cells], MAX_COLUMNS)
                if row and not (number == 1 and row[0].startswith("sep=")):
                    yield number, row

    def _checked(self, encoding: str | None) -> str:
        """The encoding in which the whole file can be read; its head may have been plain ASCII."""
        for candidate in [encoding, "gb18030"] if encoding == "utf-8" else [encoding]:
            if candidate and self._decodes(candidate):
                return candidate
        raise EncodingUnknown(name=self._name)

    def _decodes(self, encoding: str) -> bool:
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with self._path.open("rb") as file:
                while piece := file.read(_PIECE):
                    decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
        return True


def separator_of(sample: str) -> str:
    """The separator that cuts the most of the first lines into the same number of cells."""
    if sample.startswith("sep=") and len(sample) > 4:
        return sample[4]
    lines = [_QUOTED.sub("", line) for line in sample.splitlines()[:30] if line.strip()]
    best, most = ",", 0
    for separator in _SEPARATORS:
        counts = [line.count(separator) for line in lines]
        agreeing = max((counts.count(count) * (1 + min(count, 3)) for count in counts if count), default=0)
        if agreeing > most:
            best, most = separator, agreeing
    return best


def _plain(cell: str) -> str:
    held = _HELD_AS_TEXT.fullmatch(cell)
    return held[1] if held else restore(cell)
