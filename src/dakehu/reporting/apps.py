from __future__ import annotations

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "dakehu.reporting"
    label = "reporting"

    def ready(self) -> None:
        from dakehu.infra.access.api import register_permissions
        from dakehu.infra.errors import register_messages
        from dakehu.infra.outbox.api import subscribe
        from dakehu.infra.worker import register_loop
        from dakehu.reporting import messages
        from dakehu.reporting.permissions import LABELS
        from dakehu.reporting.subscriptions import load_lake, on_batch_rated
        from dakehu.reporting.web import registrations

        register_permissions(LABELS)
        register_messages(messages.MESSAGES)
        registrations.register()
        subscribe("charging.batch_rated", "reporting.lake", on_batch_rated, warm_up=load_lake)
        register_loop("lake", _compact, idle_s=60.0)


def _compact() -> bool:
    from dakehu.reporting.lake.files import compact_lake  # pyarrow is loaded when it is first needed

    return compact_lake()
