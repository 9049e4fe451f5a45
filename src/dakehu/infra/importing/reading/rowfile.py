"""The rows of an import between reading and checking: frames in a file under `DAKEHU_HOME/imports`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Self

from django.conf import settings

from dakehu.infra.importing.reading.frames import FrameBuffer, Row, Rows, write_frame

_PIECE = 2**20


def path_for(batch_id: int) -> Path:
    return Path(settings.HOME) / "imports" / f"{batch_id}.rows"


class RowFileWriter:
    """Writes aside and moves into place on a clean end, so that a file that is there is whole."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._aside = path.with_suffix(".part")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: BinaryIO = self._aside.open("wb")

    def __enter__(self) -> Self:
        return self

    def write(self, rows: list[Row]) -> None:
        write_frame(self._file, Rows(rows))

    def __exit__(self, kind: type[BaseException] | None, *_details: object) -> None:
        self._file.close()
        if kind is None:
            self._aside.replace(self._path)
        else:
            self._aside.unlink(missing_ok=True)


def stored_rows(path: Path) -> Iterator[Row]:
    """The rows in order; raises `FileNotFoundError`."""
    buffer = FrameBuffer()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            for frame in buffer.feed(piece):
                if isinstance(frame, Rows):
                    yield from frame.rows
