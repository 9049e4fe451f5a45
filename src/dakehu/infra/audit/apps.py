from __future__ import annotations

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "dakehu.infra.audit"
    label = "audit"

    def ready(self) -> None:
        from dakehu.infra.audit.sealing import seal_pending
        from dakehu.infra.worker import register_loop

        register_loop("audit-seal", seal_pending, idle_s=1.0)
