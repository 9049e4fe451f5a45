"""The door to background jobs."""

from __future__ import annotations

from dakehu.infra.jobs.running import Cancelled, Run, cancel, job, start

__all__ = ["Cancelled", "Run", "cancel", "job", "start"]
