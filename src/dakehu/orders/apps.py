from __future__ import annotations

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "dakehu.orders"
    label = "orders"

    def ready(self) -> None:
        from dakehu.customers.api import register_contact_source
        from dakehu.infra.access.api import register_permissions
        from dakehu.infra.errors import register_messages
        from dakehu.infra.rest.api import register_resource
        from dakehu.infra.worker import register_loop
        from dakehu.orders import notices
        from dakehu.orders.messages import MESSAGES
        from dakehu.orders.permissions import LABELS
        from dakehu.orders.rest.resources import PRODUCT_ORDER
        from dakehu.orders.selectors.sales import last_order_days
        from dakehu.orders.services import hanging
        from dakehu.orders.services.upkeep import renew_lapsing
        from dakehu.orders.web.registrations import register

        hanging.register()
        register_permissions(LABELS)
        register_messages(MESSAGES)
        register_resource(PRODUCT_ORDER)
        register()
        notices.register()
        register_contact_source("orders", last_order_days)
        register_loop("orders-reservations", renew_lapsing, idle_s=3600.0)
