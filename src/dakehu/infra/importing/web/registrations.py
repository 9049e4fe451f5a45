"""Where imports hang into the frame."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dakehu.infra.importing.web.words import WORDS
from dakehu.infra.ui.api import Chapter, NavItem, register_nav, register_words


def register() -> None:
    register_nav(
        NavItem(
            Chapter.WORKBENCH,
            _("Imports"),
            "importing-batch-list",
            icon="file-import",
            order=80,
            also=("importing-row-",),
        )
    )
    register_words(WORDS)
