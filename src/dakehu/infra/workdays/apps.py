from __future__ import annotations

from django.apps import AppConfig


class WorkdaysConfig(AppConfig):
    name = "dakehu.infra.workdays"
    label = "workdays"

    def ready(self) -> None:
        from dakehu.infra.access.api import register_permissions
        from dakehu.infra.errors import register_messages
        from dakehu.infra.workdays.permissions import LABELS, MESSAGES

        register_permissions(LABELS)
        register_messages(MESSAGES)
