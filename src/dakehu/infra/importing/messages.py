"""The sentences of the faults."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "importing.workbook_unreadable": _(
        "“%(name)s” could not be read as a workbook. Open it in Excel, save it as .xlsx, then choose that."
    ),
    "importing.workbook_too_large": _(
        "“%(name)s” holds far more than a table: perhaps a stray cell far below or to the right. "
        "Copy the table into a new workbook, save it, then choose that."
    ),
    "importing.too_many_rows": _("There are more than %(limit)s rows. Split the file."),
    "importing.nothing_in_file": _("No sheet of “%(name)s” has any filled row."),
    "importing.no_data_rows": _("There is no row below the headings."),
    "importing.encoding_unknown": _(
        "The text of “%(name)s” is neither UTF-8 nor GB18030. Save it from Excel as “CSV UTF-8” or as .xlsx."
    ),
    "importing.cell_too_large": _(
        "In row %(row)s a cell goes on for more than 130,000 characters; perhaps a quotation mark is missing."
    ),
    "importing.interrupted": _("The work was interrupted by a fault of the system (%(detail)s). Try again."),
    "importing.heading_missing": _("No heading of the file was matched to “%(heading)s”, which is required."),
    "importing.heading_twice": _("The heading “%(heading)s” was chosen twice."),
    "importing.heading_unknown": _("“%(heading)s” is not among the headings of the file."),
    "importing.missing": _("This cell must not be blank."),
    "importing.cell_failed": _(
        "Excel shows “%(text)s” here instead of a value. "
        "Mend the formula in the workbook, or type the value here."
    ),
    "importing.result_missing": _(
        "The result of this cell's formula is not in the file. "
        "Open the file in Excel, save it and choose it again, or type the value here."
    ),
    "importing.text_too_long": _("%(length)s characters; at most %(limit)s are allowed."),
    "importing.number_rounded": _(
        "Excel took this long number for a quantity and lost its last digits (%(text)s). "
        "Set the column's format to text and type the number again."
    ),
    "importing.form_invalid": _("“%(text)s” does not have the form that belongs here."),
    "importing.number_invalid": _("“%(text)s” is not a number as it belongs here."),
    "importing.number_out_of_range": _("%(text)s is not between %(lowest)s and %(highest)s."),
    "importing.date_invalid": _("“%(text)s” is not a date. Write it as 2026-01-05."),
    "importing.date_ambiguous": _("“%(text)s” can be read as several dates. Write it as 2026-01-05."),
    "importing.choice_unknown": _("“%(text)s” is not one of: %(choices)s."),
    "importing.same_in_file": _("The same as in row %(row)s of this file."),
    "importing.row_refused": _("It was saved by someone else at the same moment. Check the row again."),
    "importing.still_in_use": _("Other records refer to it by now, so it stays."),
    "importing.row_closed": _("Row %(row)s has been imported and is no longer changed here."),
    "importing.not_importable": _("Row %(row)s cannot stand beside what exists. Mend it or skip it."),
    "importing.nothing_to_commit": _("There is no row without faults to import."),
    "importing.repeat_unconfirmed": _(
        "The same file was imported by %(who)s on %(when)s. Confirm that it is meant to be imported again."
    ),
    "importing.recorded": _("The row was refused."),
}
