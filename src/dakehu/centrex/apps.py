from __future__ import annotations

from django.apps import AppConfig


class CentrexConfig(AppConfig):
    name = "dakehu.centrex"
    label = "centrex"

    def ready(self) -> None:
        from dakehu.catalogue.api import register_checker
        from dakehu.centrex import messages
        from dakehu.centrex.permissions import LABELS
        from dakehu.centrex.selectors.grouping import CentrexGrouping
        from dakehu.centrex.selectors.order_checks import check_group_item, check_member_item
        from dakehu.centrex.services import hanging
        from dakehu.centrex.services.members import exclude_restriction, keep_members
        from dakehu.centrex.web import registrations
        from dakehu.infra.access.api import register_permissions
        from dakehu.infra.errors import register_messages
        from dakehu.numbering.api import register_grouping, register_guard, register_services_check

        hanging.register()
        register_permissions(LABELS)
        register_messages(messages.MESSAGES)
        register_checker("centrex.group", check_group_item)
        register_checker("centrex.member", check_member_item)
        register_guard(keep_members)
        register_grouping(CentrexGrouping())
        register_services_check(exclude_restriction)
        registrations.register()
