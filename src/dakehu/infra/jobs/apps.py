from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "dakehu.infra.jobs"
    label = "jobs"

    def ready(self) -> None:
        from dakehu.infra.jobs.loops import beat, run_ready_tasks, sweep_stale
        from dakehu.infra.worker import register_loop

        register_loop("tasks", run_ready_tasks, idle_s=0.5)
        register_loop("jobs-beat", beat, idle_s=10.0)
        register_loop("jobs-sweep", sweep_stale, idle_s=10.0)
