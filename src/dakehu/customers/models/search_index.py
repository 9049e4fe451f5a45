"""Rows of search words: full text in SQLite (FTS5) or PostgreSQL (tsvector with GIN).

One row of tokens for each thing that is found (see `domain.tokens`), written in the transaction that writes
the thing. The two databases differ in spelling alone, and only here.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from dakehu.customers.domain.tokens import Term

_BATCH = 2000


@dataclass(frozen=True, slots=True)
class TextIndex:
    """One table of tokens; `key` is the column that holds the thing's id on PostgreSQL, SQLite has `rowid`.

    Tables are made by the migrations of their apps (`create_statements`).
    """

    table: str
    key: str

    def put(self, tokens: Mapping[int, Sequence[str]], *, fresh: bool = False) -> None:
        """Write the things' tokens; `fresh` says that none of them has any yet."""
        ids = list(tokens)
        if not fresh:
            self.remove(ids)
        with connection.cursor() as cursor:
            for some in _batches(ids):
                texts = [" ".join(tokens[pk]) for pk in some]
                if connection.vendor == "postgresql":
                    cursor.execute(
                        self._sql(
                            "INSERT INTO {table} ({key}, tokens) "
                            "SELECT id, array_to_tsvector(string_to_array(line, ' ')) "
                            "FROM unnest(%s::bigint[], %s::text[]) AS given (id, line)"
                        ),
                        [some, texts],
                    )
                else:
                    cursor.executemany(
                        self._sql("INSERT INTO {table} (rowid, tokens) VALUES (%s, %s)"),
                        list(zip(some, texts, strict=True)),
                    )

    def remove(self, ids: Iterable[int]) -> None:
        """Take things out of the index; those that are not in it are passed over."""
        keys = list(ids)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(self._sql("DELETE FROM {table} WHERE {key} = ANY(%s)"), [keys])
            else:
                cursor.executemany(self._sql("DELETE FROM {table} WHERE rowid = %s"), [(pk,) for pk in keys])

    def find(self, terms: Sequence[Term], most: int) -> list[int]:
        """Up to `most` ids for which every term holds, in no useful order."""
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                text = "SELECT {key} FROM {table} WHERE tokens @@ %s::tsquery"
                sought = " & ".join(map(_tsquery, terms))
            else:
                text = "SELECT rowid FROM {table} WHERE {table} MATCH %s"
                sought = " AND ".join(map(_fts5, terms))
            cursor.execute(self._sql(text + " LIMIT %s"), [sought, most])
            return [row[0] for row in cursor.fetchall()]

    def tokens(self, ids: Collection[int]) -> dict[int, frozenset[str]]:
        """What stands in the index of the things, as far as they are in it."""
        found: dict[int, frozenset[str]] = {}
        with connection.cursor() as cursor:
            for some in _batches(list(ids)):
                if connection.vendor == "postgresql":
                    text = (
                        "SELECT {key}, array_to_string(tsvector_to_array(tokens), ' ') "
                        "FROM {table} WHERE {key} = ANY(%s)"
                    )
                    cursor.execute(self._sql(text), [some])
                else:
                    given = "rowid IN (SELECT value FROM json_each(%s))"
                    text = self._sql("SELECT rowid, tokens FROM {table} WHERE ")
                    cursor.execute(text + given, [json.dumps(some)])
                found.update((pk, frozenset(line.split())) for pk, line in cursor.fetchall())
        return found

    def is_empty(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(self._sql("SELECT 1 FROM {table} LIMIT 1"))
            return cursor.fetchone() is None

    def _sql(self, text: str) -> str:
        """The statement with the names of this index, which are our own, in their places."""
        return text.replace("{table}", self.table).replace("{key}", self.key)

    def create_statements(self, vendor: str) -> list[str]:
        """The table, for a migration."""
        if vendor == "postgresql":
            made = [
                "CREATE TABLE {table} ({key} bigint PRIMARY KEY, tokens tsvector NOT NULL)",
                "CREATE INDEX {table}_tokens ON {table} USING gin (tokens)",
            ]
        else:
            options = 'tokens, detail=none, columnsize=0, tokenize="unicode61 remove_diacritics 0"'
            made = ["CREATE VIRTUAL TABLE {table} USING fts5(" + options + ")"]
        return [self._sql(each) for each in made]


CUSTOMERS = TextIndex("customers_search", "customer_id")
THINGS = TextIndex("customers_things_search", "thing_id")
"""Contacts and holdings, see `services.things`."""


def _batches(ids: Sequence[int]) -> Iterable[list[int]]:
    return (list(ids[at : at + _BATCH]) for at in range(0, len(ids), _BATCH))


def _tsquery(term: Term) -> str:
    """Tokens are letters, digits and Chinese characters alone: no quote can be among them."""
    words = [f"'{word}'" for word in term.words]
    return f"({' | '.join([*words, *(f'{prefix}:*' for prefix in term.prefixes)])})"


def _fts5(term: Term) -> str:
    words = [f'"{word}"' for word in term.words]
    return f"({' OR '.join([*words, *(f'{prefix}*' for prefix in term.prefixes)])})"
