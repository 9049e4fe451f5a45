from __future__ import annotations

from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    name = "dakehu.organisation"
    label = "organisation"

    def ready(self) -> None:
        from dakehu.infra.access.api import register_permissions
        from dakehu.infra.errors import register_messages
        from dakehu.organisation.messages import MESSAGES
        from dakehu.organisation.permissions import LABELS

        register_permissions(LABELS)
        register_messages(MESSAGES)
