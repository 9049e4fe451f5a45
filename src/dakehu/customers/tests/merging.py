"""Merging in tests, of this app and of those above it: the act, and all rows before and after it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import connections

from dakehu.customers.models import Customer, Merge
from dakehu.customers.services.merging import customers_merge
from dakehu.infra.access.api import Actor
from dakehu.kernel.errors import DomainError

_TRACES = frozenset({"infra_audit", "infra_outbox", "infra_jobs", "audit", "outbox", "sessions"})
_MOVING = {"customers.Customer": {"version", "updated_at"}}
"""What never goes back: the survivor's version and the moment of its last change."""


def merge_files(actor: Actor, kept: Customer, gone: Customer, *taken: str) -> Merge:
    """Merge with the versions that are on file."""
    kept.refresh_from_db()
    gone.refresh_from_db()
    return customers_merge(
        actor=actor, kept_id=kept.pk, gone_id=gone.pk, versions=(kept.version, gone.version), taken=taken
    )


def all_rows() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table of every app, but the traces of what was done."""
    picture = {}
    for model in apps.get_models(include_auto_created=True):
        label = model._meta.label
        if model._meta.app_label in _TRACES or label in {"customers.Merge", "customers.MergeMove"}:
            continue
        rows = model._default_manager.order_by("pk").values()
        left_out = _MOVING.get(label, set())
        picture[label] = [{k: v for k, v in row.items() if k not in left_out} for row in rows]
    return picture | _derived(picture)


def _derived(picture: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """What is worked out anew is the same without its ids, and sums are the same added up."""
    faults = [{k: v for k, v in row.items() if k != "id"} for row in picture["customers.QualityFault"]]
    sums: Counter[tuple[Any, ...]] = Counter()
    for row in picture["customers.QualityTally"]:
        for name in ("accounts", "points", "poor"):
            sums[row["org_path"], row["owner_id"], row["subject"], name] += row[name]
    tallies = [{"key": key, "sum": total} for key, total in sorted(sums.items(), key=str) if total]
    return {
        "customers.QualityFault": sorted(faults, key=lambda row: (row["customer_id"], row["subject"])),
        "customers.QualityTally": tallies,
    }


def at_once(*acts: Callable[[], object]) -> list[str]:
    """The names of what the acts gave or raised, run in threads that begin together."""
    start, outcomes = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
            outcomes.append("done")
        except DomainError as error:
            outcomes.append(type(error).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(outcomes)
