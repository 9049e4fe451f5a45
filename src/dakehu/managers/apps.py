from __future__ import annotations

from django.apps import AppConfig


class ManagersConfig(AppConfig):
    name = "dakehu.managers"
    label = "managers"

    def ready(self) -> None:
        from dakehu.customers.api import register_contact_source
        from dakehu.infra.access.api import register_permissions
        from dakehu.infra.errors import register_messages
        from dakehu.infra.files.api import IMAGES, Purpose, register_purpose
        from dakehu.infra.parameters.api import register_parameters
        from dakehu.infra.rest.api import register_resource
        from dakehu.managers import imports, notices
        from dakehu.managers.messages import MESSAGES
        from dakehu.managers.parameters import PARAMETERS
        from dakehu.managers.permissions import LABELS, PerformancePermission, Permission
        from dakehu.managers.rest.resources import PARTY_INTERACTION
        from dakehu.managers.selectors.due import last_visit_days
        from dakehu.managers.services import hanging
        from dakehu.managers.services.entering import DOCUMENT
        from dakehu.managers.services.files import PORTRAIT
        from dakehu.managers.services.hand_over import register_hand_over
        from dakehu.managers.services.moving import move_work
        from dakehu.managers.services.visits import VISIT_PHOTO
        from dakehu.managers.web import happenings, performance_registrations, registrations

        hanging.register()
        register_permissions(LABELS)
        register_messages(MESSAGES)
        register_parameters(*PARAMETERS)
        register_purpose(
            Purpose(DOCUMENT, max_bytes=16 * 2**20, read_permission=PerformancePermission.VIEW_ALL)
        )
        register_purpose(Purpose(PORTRAIT, IMAGES, 4 * 2**20, read_permission=Permission.FILE_VIEW))
        register_purpose(Purpose(VISIT_PHOTO, IMAGES, 8 * 2**20, read_permission=Permission.VISIT_VIEW))
        register_contact_source("visits", last_visit_days)
        register_hand_over("visits", move_work)
        imports.register()
        registrations.register()
        happenings.register()
        notices.register()
        performance_registrations.register()
        register_resource(PARTY_INTERACTION)
