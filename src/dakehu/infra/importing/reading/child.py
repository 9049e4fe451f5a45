"""The program that opens the file: `python -m dakehu.infra.importing.reading.child PATH KIND NAME`.

It trusts nothing. Its address space and processor time are limited before the first byte is read, so a file
that asks for more than a table of the permitted size ends this process and nothing else.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterator
from pathlib import Path

from python_calamine import CalamineError, PasswordError

from dakehu.infra.files.errors import FileProtected
from dakehu.infra.importing.domain.faults import NothingInFile, WorkbookTooLarge, WorkbookUnreadable
from dakehu.infra.importing.reading.frames import Choose, End, Fault, Frame, Row, Rows, Sheet, write_frame
from dakehu.infra.importing.reading.plain import PlainTable
from dakehu.infra.importing.reading.workbooks import Workbook
from dakehu.kernel.errors import DomainError

MEMORY = 1024 * 2**20
CPU_S = 180
HEAD = 40
_ROWS_A_FRAME = 1000
_SHEETS = 12


def main(path: Path, kind: str, name: str) -> None:
    _limit()
    try:
        _read(path, kind, name)
    except DomainError as error:
        _tell_fault(error)
    except PasswordError:
        _tell_fault(FileProtected(name=name))
    except MemoryError:
        _tell_fault(WorkbookTooLarge(name=name))
    # calamine tells malformed content by its own errors, and by a panic where it did not expect it.
    except (CalamineError, OSError, ValueError):
        _tell_fault(WorkbookUnreadable(name=name))


def _read(path: Path, kind: str, name: str) -> None:
    table = PlainTable(path, name) if kind == "csv" else Workbook(path, kind, name)
    told = 0
    for index in table.sheets()[:_SHEETS]:
        head = _head(table.rows(index))
        if head:
            _tell(Sheet(index, table.sheet_name(index), head))
            told += 1
    if not told:
        raise NothingInFile(name=name)
    _tell(Choose())
    chosen = int(sys.stdin.readline() or -1)
    if chosen < 0:
        return
    batch: list[Row] = []
    for row in table.rows(chosen):
        batch.append(row)
        if len(batch) == _ROWS_A_FRAME:
            _tell(Rows(batch))
            batch = []
    _tell(Rows(batch))
    _tell(End())


def _head(rows: Iterator[Row]) -> list[Row]:
    return [row for row, _count in zip(rows, range(HEAD), strict=False)]


def _tell(frame: Frame) -> None:
    write_frame(sys.stdout.buffer, frame)
    sys.stdout.buffer.flush()


def _tell_fault(error: DomainError) -> None:
    data = {key: value if isinstance(value, int) else str(value) for key, value in error.data.items()}
    _tell(Fault(error.code, data))


def _limit() -> None:
    for what, limit in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_S),
        (resource.RLIMIT_CORE, 0),
    ):
        _soft, hard = resource.getrlimit(what)
        if hard == resource.RLIM_INFINITY or hard > limit:
            resource.setrlimit(what, (limit, limit))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
