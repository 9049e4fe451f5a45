"""The rows of the search index: full text in SQLite (FTS5) or PostgreSQL (tsvector with GIN).

One row of tokens for each customer (see `domain.tokens`), written in the transaction that writes the
customer. The two databases differ in spelling alone, and only here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db import connection

from dakehu.customers.domain.tokens import Term

_BATCH = 2000


def write_tokens(tokens: Mapping[int, Sequence[str]], *, fresh: bool = False) -> None:
    """Put the customers' tokens into the index; `fresh` says that none of them is in it yet."""
    ids = list(tokens)
    if not fresh:
        remove_tokens(ids)
    with connection.cursor() as cursor:
        for at in range(0, len(ids), _BATCH):
            some = ids[at : at + _BATCH]
            texts = [" ".join(tokens[pk]) for pk in some]
            if connection.vendor == "postgresql":
                cursor.execute(
                    "INSERT INTO customers_search (customer_id, tokens) "
                    "SELECT id, array_to_tsvector(string_to_array(line, ' ')) "
                    "FROM unnest(%s::bigint[], %s::text[]) AS given (id, line)",
                    [some, texts],
                )
            else:
                cursor.executemany(
                    "INSERT INTO customers_search (rowid, tokens) VALUES (%s, %s)",
                    list(zip(some, texts, strict=True)),
                )


def remove_tokens(ids: Iterable[int]) -> None:
    """Take customers out of the index."""
    pairs = [(pk,) for pk in ids]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "DELETE FROM customers_search WHERE customer_id = ANY(%s)", [[p[0] for p in pairs]]
            )
        else:
            cursor.executemany("DELETE FROM customers_search WHERE rowid = %s", pairs)


def find_ids(terms: Sequence[Term], most: int) -> list[int]:
    """Up to `most` customers for which every term holds, in no useful order."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT customer_id FROM customers_search WHERE tokens @@ %s::tsquery LIMIT %s",
                [" & ".join(map(_tsquery, terms)), most],
            )
        else:
            cursor.execute(
                "SELECT rowid FROM customers_search WHERE customers_search MATCH %s LIMIT %s",
                [" AND ".join(map(_fts5, terms)), most],
            )
        return [row[0] for row in cursor.fetchall()]


def _tsquery(term: Term) -> str:
    """Tokens are letters, digits and Chinese characters alone: no quote can be among them."""
    words = [f"'{word}'" for word in term.words]
    return f"({' | '.join([*words, *(f'{prefix}:*' for prefix in term.prefixes)])})"


def _fts5(term: Term) -> str:
    words = [f'"{word}"' for word in term.words]
    return f"({' OR '.join([*words, *(f'{prefix}*' for prefix in term.prefixes)])})"
