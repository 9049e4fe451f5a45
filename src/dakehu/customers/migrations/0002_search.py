"""The search index beside the customers: full text in SQLite (FTS5) and in PostgreSQL (tsvector, GIN).

On PostgreSQL the columns that lists page by get the "C" collation too: they hold pinyin, digits and codes,
which compare byte by byte on every installation alike, and several times as fast.
"""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_SQLITE = """
CREATE VIRTUAL TABLE customers_search USING fts5(
    tokens, detail=none, columnsize=0, tokenize="unicode61 remove_diacritics 0"
)
"""
_POSTGRESQL = [
    "CREATE TABLE customers_search (customer_id bigint PRIMARY KEY, tokens tsvector NOT NULL)",
    "CREATE INDEX customers_search_tokens ON customers_search USING gin (tokens)",
    """
    ALTER TABLE customers_customer
        ALTER COLUMN name_sort TYPE varchar(80) COLLATE "C",
        ALTER COLUMN name_key TYPE varchar(120) COLLATE "C",
        ALTER COLUMN code TYPE varchar(16) COLLATE "C",
        ALTER COLUMN credit_code TYPE varchar(18) COLLATE "C",
        ALTER COLUMN org_path TYPE varchar(24) COLLATE "C",
        ALTER COLUMN org_city TYPE varchar(8) COLLATE "C"
    """,
]


def create(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in _POSTGRESQL if editor.connection.vendor == "postgresql" else [_SQLITE]:
        editor.execute(statement)


def drop(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    editor.execute("DROP TABLE customers_search")


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
