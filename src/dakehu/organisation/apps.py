from __future__ import annotations

from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    name = "dakehu.organisation"
    label = "organisation"

    def ready(self) -> None:
        from dakehu.infra.access.api import register_permissions
        from dakehu.infra.errors import register_messages
        from dakehu.infra.parameters.api import register_parameters
        from dakehu.infra.rest.api import register_client_actor
        from dakehu.infra.worker import register_loop
        from dakehu.organisation import imports
        from dakehu.organisation.housekeeping import clear_expired, close_lapsed
        from dakehu.organisation.messages import MESSAGES
        from dakehu.organisation.parameters import PARAMETERS
        from dakehu.organisation.permissions import LABELS
        from dakehu.organisation.selectors.actors import actor_for_client
        from dakehu.organisation.services.comparison import compare_due
        from dakehu.organisation.subscriptions import connect
        from dakehu.organisation.web.registrations import register

        register_permissions(LABELS)
        register_messages(MESSAGES)
        register_parameters(*PARAMETERS)
        register_client_actor(actor_for_client)
        register()
        imports.register()
        connect()
        register_loop("sessions-clear", clear_expired, idle_s=3600.0)
        register_loop("accounts-lapsed", close_lapsed, idle_s=600.0)
        register_loop("directory-compare", compare_due, idle_s=300.0)
