from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExportingConfig(AppConfig):
    name = "dakehu.infra.exporting"
    label = "exporting"

    def ready(self) -> None:
        from dakehu.infra.errors import register_messages

        register_messages(
            {"exporting.format_unknown": _("“%(format)s” is no file format offered here: take xlsx or csv.")}
        )
