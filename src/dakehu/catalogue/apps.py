from __future__ import annotations

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "dakehu.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        from dakehu.catalogue import messages
        from dakehu.catalogue.permissions import LABELS
        from dakehu.infra.access.api import register_permissions
        from dakehu.infra.errors import register_messages

        register_permissions(LABELS)
        register_messages(messages.MESSAGES)
