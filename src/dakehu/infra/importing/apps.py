from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportingConfig(AppConfig):
    name = "dakehu.infra.importing"
    label = "importing"

    def ready(self) -> None:
        from dakehu.infra.access.api import register_permissions
        from dakehu.infra.errors import register_messages
        from dakehu.infra.files.api import TABLES, Purpose, register_purpose
        from dakehu.infra.importing import jobs  # noqa: F401 - registers the jobs
        from dakehu.infra.importing.access import ImportPermission
        from dakehu.infra.importing.messages import MESSAGES
        from dakehu.infra.importing.services.purging import purge_old
        from dakehu.infra.importing.services.uploading import KEEP_DAYS, MAX_BYTES, PURPOSE
        from dakehu.infra.importing.web import registrations
        from dakehu.infra.worker import register_loop

        register_loop("imports-purge", purge_old, idle_s=3600.0)
        register_messages(MESSAGES)
        registrations.register()
        register_permissions({ImportPermission.READ_OTHERS: _("See the imports of others in one's scope")})
        register_purpose(Purpose(PURPOSE, TABLES, max_bytes=MAX_BYTES, keep_days=KEEP_DAYS))
