from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExportingConfig(AppConfig):
    name = "dakehu.infra.exporting"
    label = "exporting"

    def ready(self) -> None:
        from dakehu.infra.errors import register_messages
        from dakehu.infra.exporting.jobs import KEEP_DAYS, MAX_BYTES, PURPOSE
        from dakehu.infra.files.api import Purpose, register_purpose

        register_purpose(Purpose(PURPOSE, max_bytes=MAX_BYTES, keep_days=KEEP_DAYS))
        register_messages(
            {"exporting.format_unknown": _("“%(format)s” is no file format offered here: take xlsx or csv.")}
        )
