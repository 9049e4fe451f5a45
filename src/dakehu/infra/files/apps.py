from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilesConfig(AppConfig):
    name = "dakehu.infra.files"
    label = "files"

    def ready(self) -> None:
        from dakehu.infra.errors import register_messages
        from dakehu.infra.files.store import purge_expired, purge_strays
        from dakehu.infra.worker import register_loop

        register_loop("files-expired", purge_expired, idle_s=600.0)
        register_loop("files-strays", purge_strays, idle_s=3600.0)
        register_messages(
            {
                "files.empty": _("“%(name)s” is empty. Save it again, then choose it once more."),
                "files.too_big": _(
                    "“%(name)s” is larger than %(limit_mb)s MB. Split it, or remove what is not needed."
                ),
                "files.kind_refused": _(
                    "“%(name)s” is not a file of the kind needed here, whatever its name says. "
                    "These are taken: %(allowed)s."
                ),
                "files.is_web_page": _(
                    "“%(name)s” is a web page under another name. Open it in Excel, "
                    "save it as an Excel workbook (.xlsx), then choose that."
                ),
                "files.protected": _(
                    "“%(name)s” is protected by a password. Save a copy without one, then choose that."
                ),
                "files.damaged": _(
                    "“%(name)s” is damaged or incomplete. Save or copy it again, then choose it once more."
                ),
                "files.archive_unsafe": _(
                    "“%(name)s” would unpack to more than %(limit_mb)s MB or out of all proportion to its "
                    "size, so it was not opened. Save it again with only the sheet that is needed."
                ),
            }
        )
