from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dakehu.infra.audit.models import AuditPending, AuditSeal
from dakehu.infra.audit.sealing import verify_chain


class Command(BaseCommand):
    help = "Recompute the audit chain and report every entry that does not fit it."

    def handle(self, *_args: Any, **_options: Any) -> None:
        faults = list(verify_chain())
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"The audit chain is broken in {len(faults)} places.")
        self.stdout.write(
            f"The audit chain is whole: {AuditSeal.objects.count()} entries sealed, "
            f"{AuditPending.objects.count()} waiting."
        )
