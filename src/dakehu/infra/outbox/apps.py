from __future__ import annotations

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "dakehu.infra.outbox"
    label = "outbox"

    def ready(self) -> None:
        from dakehu.infra.outbox.pruning import KEPT, prune
        from dakehu.infra.parameters.api import register_parameters
        from dakehu.infra.worker import register_loop

        register_parameters(KEPT)
        register_loop("outbox-prune", prune, idle_s=3600.0)
