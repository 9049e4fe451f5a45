"""Where the voice process's pages hang into the frame."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dakehu.infra.ui.api import Panel, register_panel
from dakehu.numbering.api import LinePermission


def register() -> None:
    register_panel(
        Panel("line", "alarm", _("Alarm call"), "switchd-alarm-panel", LinePermission.VIEW, order=50)
    )
