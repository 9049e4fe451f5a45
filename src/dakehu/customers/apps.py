from __future__ import annotations

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "dakehu.customers"
    label = "customers"

    def ready(self) -> None:
        from dakehu.customers import imports
        from dakehu.customers.messages import MESSAGES
        from dakehu.customers.permissions import LABELS
        from dakehu.customers.services import own_hanging, searching
        from dakehu.customers.web import registrations
        from dakehu.infra.access.api import register_permissions
        from dakehu.infra.errors import register_messages

        register_permissions(LABELS)
        imports.register()
        register_messages(MESSAGES)
        own_hanging.register()
        searching.register()
        registrations.register()
