from __future__ import annotations

import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from dakehu.infra import presence
from dakehu.infra.collector import leave_alone_what_is_loaded
from dakehu.infra.worker import Worker


class Command(BaseCommand):
    help = "Run the worker: imports, outbox, clocks, activation, rating, audit seals."

    def handle(self, *_args: Any, **_options: Any) -> None:
        presence.announce(settings.HOME)
        leave_alone_what_is_loaded()
        worker = Worker()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.stop())
        worker.start()
        worker.join()
