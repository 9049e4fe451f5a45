from __future__ import annotations

from django.apps import AppConfig


class NumberingConfig(AppConfig):
    name = "dakehu.numbering"
    label = "numbering"

    def ready(self) -> None:
        from django.db.models import CharField

        from dakehu.catalogue.api import register_checker
        from dakehu.infra.access.api import SYSTEM, register_permissions
        from dakehu.infra.errors import register_messages
        from dakehu.infra.parameters.api import register_parameters
        from dakehu.infra.worker import register_loop
        from dakehu.numbering import lookups, messages
        from dakehu.numbering.parameters import PARAMETERS
        from dakehu.numbering.permissions import LABELS
        from dakehu.numbering.selectors.order_checks import check_line_item
        from dakehu.numbering.services import hanging
        from dakehu.numbering.services.numbers import numbers_upkeep
        from dakehu.numbering.web import registrations

        CharField.register_lookup(lookups.Like)
        hanging.register()
        register_permissions(LABELS)
        register_messages(messages.MESSAGES)
        register_parameters(*PARAMETERS)
        register_checker("numbering.line", check_line_item)
        register_loop("numbers", lambda: numbers_upkeep(SYSTEM), idle_s=60.0)
        registrations.register()
