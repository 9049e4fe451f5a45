from __future__ import annotations

from django.apps import AppConfig


class EnterpriseVpnConfig(AppConfig):
    name = "dakehu.enterprise_vpn"
    label = "enterprise_vpn"

    def ready(self) -> None:
        from dakehu.enterprise_vpn import messages
        from dakehu.enterprise_vpn.permissions import LABELS
        from dakehu.enterprise_vpn.services import hanging
        from dakehu.enterprise_vpn.services.members import keep_members, keep_places
        from dakehu.enterprise_vpn.web import registrations
        from dakehu.infra.access.api import register_permissions
        from dakehu.infra.errors import register_messages
        from dakehu.numbering.api import register_guard, register_regrouping_check

        hanging.register()
        register_permissions(LABELS)
        register_messages(messages.MESSAGES)
        register_guard(keep_members)
        register_regrouping_check(keep_places)
        registrations.register()
