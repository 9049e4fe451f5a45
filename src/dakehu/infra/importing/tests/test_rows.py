"""Rows written in bulk are the rows that the ORM would have written."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from dakehu.infra.files.models import StoredFile
from dakehu.infra.importing.models import ImportBatch, ImportRow
from dakehu.infra.rows import create_many, insert_rows, reserve_ids

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 8, 30, 0, 123456, tzinfo=UTC)


def batch(**changes: Any) -> ImportBatch:
    values: dict[str, Any] = {
        "spec": "x", "file_id": uuid.uuid4(), "file_name": "表", "file_kind": "xlsx", "sha256": "0" * 64,
        "owner_id": 1, "owner_name": "王", "created_at": AT, "mapping": {"名称": 1}, "headings": ["名"],
        "org_path": "0001", "org_city": "0001",
    }  # fmt: skip
    return ImportBatch(**{**values, **changes})


def test_every_kind_of_value_comes_back_as_it_was() -> None:
    rows = [batch(), batch(problem={"code": "x", "data": {"n": None}}, job_id=uuid.uuid4(), committed_at=AT)]
    create_many(rows)
    for row in rows:
        kept = ImportBatch.objects.get(pk=row.pk)
        for field in ImportBatch._meta.concrete_fields:
            assert getattr(kept, field.attname) == getattr(row, field.attname), field.name


def test_keys_go_on_where_the_orm_left_off_and_the_other_way_round() -> None:
    first = batch()
    first.save()
    more = [batch() for _ in range(3)]
    create_many(more)
    last = batch()
    last.save()
    keys = [first.pk, *(row.pk for row in more), last.pk]
    assert keys == sorted(set(keys))
    create_many([])


def test_reserved_keys_are_nobody_elses() -> None:
    assert len({*reserve_ids(ImportBatch, 5)}) == 5


@pytest.mark.django_db(transaction=True)
def test_keys_are_reserved_in_a_transaction() -> None:
    with pytest.raises(RuntimeError):
        reserve_ids(ImportBatch, 1)


def test_constraints_hold() -> None:
    parent = batch()
    parent.save()
    names = ("batch", "number", "state", "cells", "draft", "faults", "duplicates", "keys")
    line = (parent.pk, 1, 1, "[]", "", "", "", "")
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(ImportRow, names, [line, line])


def test_a_key_of_ones_own_is_kept() -> None:
    own = StoredFile(
        purpose="x",
        name="a",
        kind="csv",
        size=1,
        sha256="0",
        owner_name="",
        created_at=AT,
        org_path="",
        org_city="",
    )
    key = own.pk
    create_many([own])
    assert StoredFile.objects.get(pk=key).created_at == AT
