"""Loading whole installations: files that come from another system or a generator, not from a person's hand.

Such files bring ids, account numbers and dates of their own, were checked where they come from, and leave no
audit row each; whoever loads records the load itself. Nobody else may write customers meanwhile: loading
takes the secondary indexes away and builds them again at the end, several times as fast for many rows. All
of it is one transaction of the caller's, so that a load that dies leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.management.color import no_style
from django.db import connection

from dakehu.customers.domain.names import name_key
from dakehu.customers.domain.spelling import spell
from dakehu.customers.domain.tokens import Facts, tokens_of
from dakehu.customers.models import CodeSeries, Contact, Customer, OwnershipPeriod
from dakehu.customers.models.search_index import CUSTOMERS
from dakehu.customers.services.things import seen_from
from dakehu.infra.access.api import CITY_DEPTH, SEGMENT
from dakehu.kernel.clock import day_of

_CITY = SEGMENT * CITY_DEPTH
_COLUMNS = (
    "id", "org_path", "org_city", "code", "name", "name_key", "name_sort", "initials", "credit_code",
    "section", "trade", "grade", "status", "parent_id", "org_unit_id", "owner_id", "monthly_revenue_fen",
    "address", "phone", "website", "remark", "version", "created_at", "updated_at",
)  # fmt: skip
_CONTACT_COLUMNS = (
    "customer_id",
    "name",
    "post",
    "role",
    "phone",
    "email",
    "is_primary",
    "remark",
    "version",
)

_PERIOD_COLUMNS = ("customer_id", "owner_id", "since")
_LOADED = (Customer, Contact, OwnershipPeriod)


@dataclass(frozen=True, slots=True)
class LoadedContact:
    name: str
    post: str
    role: str
    phone: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """One customer as it is to be; `unit_path` is the path of `unit_id`."""

    id: int
    code: str
    name: str
    credit_code: str
    section: str
    trade: str
    grade: int
    status: str
    parent_id: int | None
    unit_id: int
    unit_path: str
    owner_id: int | None
    monthly_revenue_fen: int
    address: str
    phone: str
    remark: str
    created_at: datetime
    contacts: tuple[LoadedContact, ...] = ()


@contextmanager
def loading() -> Iterator[None]:
    """Inside, `load_files` may be called any number of times; at the end all indexes stand again."""
    if not connection.in_atomic_block:
        raise RuntimeError("a load is one transaction")
    dropped = [statement for model in _LOADED for statement in _drop_indexes(model._meta.db_table)]
    yield
    if connection.vendor == "postgresql":
        connection.check_constraints()  # what is deferred to the end would forbid the indexes before it
    with connection.cursor() as cursor:
        for statement in dropped:
            cursor.execute(statement)
        for model in _LOADED:
            for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
                cursor.execute(statement)
        cursor.execute("ANALYZE")


def load_files(files: Sequence[LoadedFile]) -> None:
    """Write a batch of files with their contacts and search words, a parent before its branches.

    An owner's first period begins on the day the file was made.
    """
    rows, tokens, contacts = [], {}, []
    periods = [(file.id, file.owner_id, day_of(file.created_at)) for file in files if file.owner_id]
    for file in files:
        spelling = spell(file.name)
        paths = seen_from(file.unit_path)
        rows.append(
            (
                file.id, file.unit_path, file.unit_path[:_CITY], file.code, file.name, name_key(file.name),
                spelling.sort, spelling.initials, file.credit_code, file.section, file.trade, file.grade,
                file.status, file.parent_id, file.unit_id, file.owner_id, file.monthly_revenue_fen,
                file.address, file.phone, "", file.remark, 1, file.created_at, file.created_at,
            )
        )  # fmt: skip
        facts = Facts(
            file.name, spelling.initials, file.code, file.credit_code, file.phone, paths, file.grade,
            spelled=spelling.sort,
        )  # fmt: skip
        tokens[file.id] = tokens_of(facts)
        contacts += [
            (file.id, c.name, c.post, c.role, c.phone, c.email, place == 0, "", 1)
            for place, c in enumerate(file.contacts)
        ]
    _insert(Customer._meta.db_table, _COLUMNS, rows)
    _insert(Contact._meta.db_table, _CONTACT_COLUMNS, contacts)
    _insert(OwnershipPeriod._meta.db_table, _PERIOD_COLUMNS, periods)
    CUSTOMERS.put(tokens, fresh=True)


def load_series(last: dict[str, int]) -> None:
    """Set the last serial that the loaded account numbers use, per area code."""
    CodeSeries.objects.bulk_create(CodeSeries(area_code=area, last=serial) for area, serial in last.items())


def _insert(table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    listed = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({listed}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(
                f"INSERT INTO {table} ({listed}) VALUES ({marks})",  # noqa: S608 - names of our own
                [[_plain(value) for value in row] for row in rows],
            )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ")
    return value.isoformat() if isinstance(value, date) else value


def _drop_indexes(table: str) -> list[str]:
    """Drop the table's indexes but those of its constraints; what makes them again."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT c.relname, pg_get_indexdef(c.oid) FROM pg_index i "
                "JOIN pg_class c ON c.oid = i.indexrelid "
                "WHERE i.indrelid = %s::regclass AND NOT i.indisunique",
                [table],
            )
        else:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master "
                "WHERE type = 'index' AND tbl_name = %s AND sql IS NOT NULL "
                "AND sql NOT LIKE 'CREATE UNIQUE%%'",
                [table],
            )
        found = cursor.fetchall()
        for name, _sql in found:
            cursor.execute(f'DROP INDEX "{name}"')
    return [sql for _name, sql in found]
