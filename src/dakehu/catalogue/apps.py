from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class CatalogueConfig(AppConfig):
    name = "dakehu.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        from dakehu.catalogue import messages
        from dakehu.catalogue.permissions import LABELS
        from dakehu.catalogue.rest.resources import PRODUCT_OFFERING, PRODUCT_SPECIFICATION
        from dakehu.infra.access.api import register_permissions
        from dakehu.infra.errors import register_messages
        from dakehu.infra.rest.api import register_resource
        from dakehu.infra.ui.api import Words, register_words

        register_permissions(LABELS)
        register_messages(messages.MESSAGES)
        register_words(Words("offering", pgettext_lazy("catalogue", "Product")))
        register_resource(PRODUCT_OFFERING)
        register_resource(PRODUCT_SPECIFICATION)
