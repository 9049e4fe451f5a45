from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, transaction

from dakehu.infra.access.api import SYSTEM, Actor
from dakehu.infra.audit.api import Change, record, record_many, snapshot
from dakehu.infra.audit.models import AuditEntry, AuditPending, AuditSeal
from dakehu.infra.audit.sealing import seal_pending, verify_chain
from dakehu.infra.correlation import correlated
from dakehu.infra.outbox.models import OutboxEvent
from dakehu.infra.worker import drain

WHO = Actor(7, "王晓明", org_path="000100010001")


def _write(count: int = 1, **after: object) -> None:
    with transaction.atomic():
        changes = [
            Change("thing", number, f"物{number}", {}, after or {"n": number}) for number in range(count)
        ]
        record_many(WHO, "thing.create", changes)


@pytest.mark.django_db
def test_a_row_says_who_when_what_and_from_which_value_to_which() -> None:
    with correlated("abc123"), transaction.atomic():
        change = Change(
            "customer", 5, "晋阳机械", {"grade": "一", "name": "甲"}, {"grade": "特", "name": "甲"}, "0001"
        )
        record(WHO, "customer.change", change)
    entry = AuditEntry.objects.get()
    assert (entry.actor_id, entry.actor_name, entry.action) == (7, "王晓明", "customer.change")
    assert (entry.noun, entry.object_id, entry.label, entry.org_path) == ("customer", "5", "晋阳机械", "0001")
    assert entry.changes == {"grade": ["一", "特"]}
    assert entry.correlation_id == "abc123"
    assert abs((datetime.now(UTC) - entry.at).total_seconds()) < 60


@pytest.mark.django_db
def test_values_of_every_kind_are_kept_readable_and_secrets_are_not() -> None:
    after = {
        "day": date(2026, 11, 23),
        "amount": Decimal("1.50"),
        "tags": {"甲"},
        "deep": {"a": [1, None]},
        "password": "geheim",
    }
    _write(1, **after)
    entry = AuditEntry.objects.get()
    assert entry.changes == {
        "day": [None, "2026-11-23"],
        "amount": [None, "1.50"],
        "tags": [None, ["甲"]],
        "deep": [None, {"a": [1, None]}],
        "password": ["•••", "•••"],
    }


@pytest.mark.django_db(transaction=True)
def test_outside_the_writes_transaction_nothing_is_recorded() -> None:
    with pytest.raises(RuntimeError):
        record(SYSTEM, "thing.create", Change("thing", 1))
    with transaction.atomic():
        record(SYSTEM, "thing.create", Change("thing", 1))
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db
def test_a_snapshot_holds_the_columns_asked_for() -> None:
    event = OutboxEvent(topic="a.b", key="1", payload={"x": 1})
    assert snapshot(event, "topic", "key") == {"topic": "a.b", "key": "1"}
    assert "payload" in snapshot(event)


def _attack(model: type[AuditEntry | AuditSeal], act: str) -> None:
    if act == "update":
        column = {"label": "别人"} if model is AuditEntry else {"digest": "0" * 64}
        model._default_manager.update(**column)
    elif act == "delete":
        model._default_manager.all()._raw_delete(DEFAULT_DB_ALIAS)  # past Django's own protection
    else:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {model._meta.db_table}")  # noqa: S608 - a name of our own


@pytest.mark.req("KAM-11")
@pytest.mark.django_db
@pytest.mark.parametrize("model", [AuditEntry, AuditSeal])
@pytest.mark.parametrize("act", ["update", "delete", "sql"])
def test_the_database_refuses_to_change_or_remove_a_row(
    model: type[AuditEntry | AuditSeal], act: str
) -> None:
    _write()
    drain("audit-seal")
    before = list(model._default_manager.values())
    with pytest.raises(DatabaseError, match="audit rows are never changed"), transaction.atomic():
        _attack(model, act)
    assert list(model._default_manager.values()) == before


@pytest.mark.django_db
def test_sealing_chains_the_rows_in_order() -> None:
    _write(3)
    assert AuditPending.objects.count() == 3
    drain("audit-seal")
    assert AuditPending.objects.count() == 0
    _write(2)
    drain("audit-seal")
    assert list(AuditSeal.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3, 4, 5]
    assert len(set(AuditSeal.objects.values_list("digest", flat=True))) == 5
    assert list(verify_chain()) == []


@contextmanager
def _without_triggers() -> Iterator[None]:
    """What someone would have to do who tampers: take the triggers away, and put them back."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _sql in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
            yield
            for _name, sql in triggers:
                cursor.execute(sql)
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no pending checks when the table is altered
            cursor.execute("ALTER TABLE audit_auditentry DISABLE TRIGGER audit_auditentry_immutable")
            cursor.execute("ALTER TABLE audit_auditseal DISABLE TRIGGER audit_auditseal_immutable")
            yield
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE audit_auditentry ENABLE TRIGGER audit_auditentry_immutable")
            cursor.execute("ALTER TABLE audit_auditseal ENABLE TRIGGER audit_auditseal_immutable")


def _tampered(how: str) -> None:
    third = AuditSeal.objects.get(seq=3)
    with _without_triggers():
        if how == "changed":
            AuditEntry.objects.filter(pk=third.entry_id).update(changes={"n": [None, 99]})
        elif how == "moved in time":
            AuditEntry.objects.filter(pk=third.entry_id).update(at=datetime(2020, 1, 1, tzinfo=UTC))
        elif how == "removed":
            AuditSeal.objects.filter(pk=3).delete()
            AuditEntry.objects.filter(pk=third.entry_id).delete()
        elif how == "unsealed":
            AuditSeal.objects.filter(pk=3).delete()
        else:
            stranger = AuditEntry.objects.get(pk=third.entry_id)
            stranger.pk = None
            stranger.save(force_insert=True)


@pytest.mark.req("KAM-11")
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("how", "reported"),
    [
        ("changed", "(seal 3) does not match its hash"),
        ("moved in time", "(seal 3) does not match its hash"),
        ("removed", "seals 3 to 3 are missing"),
        ("unsealed", "was never sealed"),
        ("slipped in", "was never sealed"),
    ],
)
def test_whoever_tampers_is_found_out(how: str, reported: str) -> None:
    _write(5)
    drain("audit-seal")
    assert list(verify_chain()) == []
    _tampered(how)
    faults = list(verify_chain())
    assert any(reported in fault for fault in faults), faults
    err = StringIO()
    with pytest.raises(CommandError, match="The audit chain is broken"):
        call_command("verify_audit", stderr=err)
    assert reported in err.getvalue()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_sealers_side_by_side_make_one_chain() -> None:
    _write()
    seal_pending()
    start, faults = threading.Barrier(4), []

    def work() -> None:
        start.wait()
        try:
            for _round in range(10):
                _write(5)
                seal_pending()
        except Exception as fault:  # noqa: BLE001 - shown by the test
            faults.append(fault)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    drain("audit-seal")
    assert not faults
    assert AuditSeal.objects.count() == 201
    assert list(verify_chain()) == []


@pytest.mark.django_db
def test_the_command_says_that_the_chain_is_whole() -> None:
    _write(2)
    seal_pending()
    _write()
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert "2 entries sealed, 1 waiting" in out.getvalue()
