"""What can be wrong with a file, its headings or one of its cells."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dakehu.kernel.errors import DomainError

# --- the file


class WorkbookUnreadable(DomainError):
    """It has the form of a workbook, and the library that reads it gives up. Data: `name`."""

    code = "importing.workbook_unreadable"


class WorkbookTooLarge(DomainError):
    """Reading it would take more memory or time than a file of the permitted rows needs. Data: `name`."""

    code = "importing.workbook_too_large"


class TooManyRows(DomainError):
    """Data: `limit`."""

    code = "importing.too_many_rows"


class NothingInFile(DomainError):
    """No sheet has a filled row. Data: `name`."""

    code = "importing.nothing_in_file"


class NoDataRows(DomainError):
    """There is nothing below the headings."""

    code = "importing.no_data_rows"


class EncodingUnknown(DomainError):
    """The text is neither UTF-8 nor GB18030. Data: `name`."""

    code = "importing.encoding_unknown"


class CellTooLarge(DomainError):
    """A field of a CSV file goes on and on: most likely a quotation mark is missing. Data: `row`."""

    code = "importing.cell_too_large"


class ReadingInterrupted(DomainError):
    """The job ended without a word, by a fault of ours. Data: `detail`."""

    code = "importing.interrupted"


# --- the headings


class HeadingMissing(DomainError):
    """A required column has no heading in the file. Data: `heading`."""

    code = "importing.heading_missing"


class HeadingTwice(DomainError):
    """Two headings were matched to one column. Data: `heading`."""

    code = "importing.heading_twice"


class HeadingUnknown(DomainError):
    """The mapping names a column or row that does not exist. Data: `heading`."""

    code = "importing.heading_unknown"


# --- a cell


class Missing(DomainError):
    """A required cell is blank."""

    code = "importing.missing"


class CellFailed(DomainError):
    """Excel could not compute the cell and says so in its place. Data: `text`, such as "#REF!"."""

    code = "importing.cell_failed"


class ResultMissing(DomainError):
    """The cell holds a formula, and the program that wrote the file did not compute it. Data: `text`."""

    code = "importing.result_missing"


NO_RESULT = "#FORMULA!"
"""How a formula without a result is shown in its cell: no program writes this one."""
_FAILED = re.compile(
    r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|UNKNOWN!|BUSY!|PYTHON!"
    r"|EXTERNAL!|GETTING_DATA)|Err:5\d\d",
    re.IGNORECASE,
)


def failure_of(text: str) -> DomainError | None:
    """What a spreadsheet's own word of failure means; None for any other text."""
    if text[0] == "#":
        if text.startswith(NO_RESULT):
            return ResultMissing(text=text)
        return CellFailed(text=text) if _FAILED.fullmatch(text) else None
    return CellFailed(text=text) if text[:4] == "Err:" and _FAILED.fullmatch(text) else None


class TextTooLong(DomainError):
    """Data: `limit`, `length`."""

    code = "importing.text_too_long"


class NumberRounded(DomainError):
    """Excel kept a long number as a rounded one: its last digits are lost. Data: `text`."""

    code = "importing.number_rounded"


class FormInvalid(DomainError):
    """The text does not have the form of this column. Data: `text`."""

    code = "importing.form_invalid"


class NumberInvalid(DomainError):
    """Data: `text`."""

    code = "importing.number_invalid"


class NumberOutOfRange(DomainError):
    """Data: `text`, `lowest`, `highest`."""

    code = "importing.number_out_of_range"


class DateInvalid(DomainError):
    """Data: `text`."""

    code = "importing.date_invalid"


class DateAmbiguous(DomainError):
    """Day and month, or the century, can't be told apart. Data: `text`."""

    code = "importing.date_ambiguous"


class ChoiceUnknown(DomainError):
    """Data: `text`, `choices`."""

    code = "importing.choice_unknown"


# --- a row


class SameInFile(DomainError):
    """An earlier row of the file says the same. Data: `row`."""

    code = "importing.same_in_file"


class RowRefused(DomainError):
    """The database would not take the row: someone else has just saved the same."""

    code = "importing.row_refused"


class StillInUse(DomainError):
    """Other rows refer to what the import made, so it stays."""

    code = "importing.still_in_use"


class RowClosed(DomainError):
    """The row was committed and is no longer changed here. Data: `row`."""

    code = "importing.row_closed"


class NotImportable(DomainError):
    """This duplicate can't be imported beside what exists. Data: `row`."""

    code = "importing.not_importable"


class NothingToCommit(DomainError):
    """No row is good."""

    code = "importing.nothing_to_commit"


class RepeatUnconfirmed(DomainError):
    """The same file was imported before, and nobody said that it is meant. Data: `when`, `who`."""

    code = "importing.repeat_unconfirmed"


class Recorded(DomainError):
    """A fault as it was stored: of its class, the code alone remains."""

    code = "importing.recorded"

    def __init__(
        self, recorded_code: str, *, field: str | None = None, data: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(field=field, **(data or {}))
        # The class variable stays what it is; this one fault answers with the code it had.
        self.__dict__["code"] = recorded_code
