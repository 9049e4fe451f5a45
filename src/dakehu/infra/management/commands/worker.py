from __future__ import annotations

import gc
import signal
from typing import Any

from django.core.management.base import BaseCommand

from dakehu.infra.worker import Worker


class Command(BaseCommand):
    help = "Run the worker: imports, outbox, clocks, activation, rating, audit seals."

    def handle(self, *_args: Any, **_options: Any) -> None:
        # What is loaded by now stays for good: the collector need not walk it at every batch of rows.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 50)
        worker = Worker()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.stop())
        worker.start()
        worker.join()
