"""States of imports and their rows as people see them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.infra.importing.domain.states import BatchState, RowState
from dakehu.infra.ui.api import Badge, Tone, Words

BATCH_BADGES = {
    BatchState.READING: Badge(pgettext_lazy("import", "Being read"), Tone.INFO),
    BatchState.UNREADABLE: Badge(pgettext_lazy("import", "Not readable"), Tone.BAD),
    BatchState.MAPPING: Badge(pgettext_lazy("import", "Headings to confirm"), Tone.WARN),
    BatchState.CHECKING: Badge(pgettext_lazy("import", "Being checked"), Tone.INFO),
    BatchState.READY: Badge(pgettext_lazy("import", "Ready to import"), Tone.WARN, "eye-check"),
    BatchState.COMMITTING: Badge(pgettext_lazy("import", "Being imported"), Tone.INFO),
    BatchState.PAUSED: Badge(pgettext_lazy("import", "Stopped half-way"), Tone.WARN, "player-pause"),
    BatchState.DONE: Badge(pgettext_lazy("import", "Imported"), Tone.GOOD),
    BatchState.UNDOING: Badge(pgettext_lazy("import", "Being undone"), Tone.INFO),
    BatchState.UNDONE: Badge(pgettext_lazy("import", "Undone"), Tone.QUIET, "arrow-back-up"),
    BatchState.DISCARDED: Badge(pgettext_lazy("import", "Discarded"), Tone.QUIET),
}
ROW_BADGES = {
    RowState.GOOD: Badge(pgettext_lazy("import row", "Good"), Tone.GOOD),
    RowState.FAULTY: Badge(pgettext_lazy("import row", "Faulty"), Tone.BAD),
    RowState.DUPLICATE: Badge(pgettext_lazy("import row", "Duplicate, skipped"), Tone.WARN, "copy"),
    RowState.WANTED: Badge(pgettext_lazy("import row", "Import anyway"), Tone.INFO, "copy-check"),
    RowState.COMMITTED: Badge(pgettext_lazy("import row", "Imported"), Tone.GOOD),
    RowState.REFUSED: Badge(pgettext_lazy("import row", "Refused"), Tone.BAD),
    RowState.UNDONE: Badge(pgettext_lazy("import row", "Undone"), Tone.QUIET, "arrow-back-up"),
}
WORDS = Words(
    noun="import",
    label=_("Import"),
    fields={
        "rows": _("Rows"),
        "committed": _("Imported rows"),
        "refused": _("Refused rows"),
        "undone": _("Rows taken back"),
        "kept": _("Rows that stay"),
        "row": pgettext_lazy("import", "Row"),
        "cells": _("Cells"),
        "wanted": _("Import anyway"),
        "spec": pgettext_lazy("import", "Kind"),
        "size": _("Size in bytes"),
        "sha256": _("Fingerprint of the file"),
    },
    actions={
        "import.upload": _("Uploaded"),
        "import.commit": _("Started the import"),
        "import.committed": _("Imported"),
        "import.undo": _("Started the undoing"),
        "import.undone": _("Undone"),
        "import.mend": _("Mended a row"),
        "import.choose": _("Decided on duplicates"),
        "import.discard": _("Discarded"),
    },
)
