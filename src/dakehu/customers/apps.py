from __future__ import annotations

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "dakehu.customers"
    label = "customers"

    def ready(self) -> None:
        from dakehu.customers import imports
        from dakehu.customers.messages import MESSAGES
        from dakehu.customers.permissions import LABELS
        from dakehu.customers.services import following
        from dakehu.customers.services.reclaiming import reclaim_due
        from dakehu.customers.web import registrations, relation_registrations, rosterregistrations
        from dakehu.infra.access.api import register_permissions
        from dakehu.infra.errors import register_messages
        from dakehu.infra.worker import register_loop

        register_permissions(LABELS)
        imports.register()
        following.connect()
        register_messages(MESSAGES)
        registrations.register()
        relation_registrations.register()
        rosterregistrations.register()
        register_loop("roster-reclaim", reclaim_due, idle_s=3600.0)
