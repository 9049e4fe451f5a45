from __future__ import annotations

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "dakehu.customers"
    label = "customers"

    def ready(self) -> None:
        from dakehu.customers import imports, imports_revenue, notices, tasks
        from dakehu.customers.messages import MESSAGES
        from dakehu.customers.parameters import PARAMETERS
        from dakehu.customers.permissions import LABELS
        from dakehu.customers.rest.resources import CUSTOMER, INDIVIDUAL, ORGANIZATION
        from dakehu.customers.services import following, own_hanging, searching
        from dakehu.customers.services.reclaiming import reclaim_due
        from dakehu.customers.web import (
            finding,
            happenings,
            qualityregistrations,
            registrations,
            relation_registrations,
            rosterregistrations,
            worth_registrations,
        )
        from dakehu.infra.access.api import register_permissions
        from dakehu.infra.errors import register_messages
        from dakehu.infra.parameters.api import register_parameters
        from dakehu.infra.rest.api import register_resource
        from dakehu.infra.worker import register_loop

        register_permissions(LABELS)
        register_parameters(*PARAMETERS)
        imports.register()
        imports_revenue.register()
        following.connect()
        notices.register()
        register_messages(MESSAGES)
        own_hanging.register()
        searching.register()
        registrations.register()
        finding.register()
        for resource in (CUSTOMER, ORGANIZATION, INDIVIDUAL):
            register_resource(resource)
        relation_registrations.register()
        rosterregistrations.register()
        register_loop("roster-reclaim", reclaim_due, idle_s=3600.0)
        worth_registrations.register()
        qualityregistrations.register()
        happenings.register()
        register_loop("customers-daily", tasks.start_daily, idle_s=600.0)
