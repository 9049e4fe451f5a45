"""The life of an import and the standing of its rows."""

from __future__ import annotations

from enum import IntEnum, StrEnum

from dakehu.kernel.states import StateTable


class BatchState(StrEnum):
    """READING, CHECKING, COMMITTING and UNDOING have a job at work; in the others a person is awaited.

    UNREADABLE: the file could not be read. MAPPING: the headings need a person's eye. READY: the preview.
    PAUSED: committing or undoing stopped half-way.
    """

    READING = "reading"
    UNREADABLE = "unreadable"
    MAPPING = "mapping"
    CHECKING = "checking"
    READY = "ready"
    COMMITTING = "committing"
    PAUSED = "paused"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"
    DISCARDED = "discarded"


class BatchEvent(StrEnum):
    READ = "read"
    ASK = "ask"
    CHECK = "check"
    CHECKED = "checked"
    COMMIT = "commit"
    COMMITTED = "committed"
    UNDO = "undo"
    UNDONE = "undone"
    STOP = "stop"
    DISCARD = "discard"


_S, _E = BatchState, BatchEvent
BATCH_STATES = StateTable(
    name="import",
    initial=BatchState.READING,
    moves={
        (_S.READING, _E.ASK): _S.MAPPING,
        (_S.READING, _E.CHECK): _S.CHECKING,
        (_S.READING, _E.STOP): _S.UNREADABLE,
        (_S.UNREADABLE, _E.READ): _S.READING,
        (_S.UNREADABLE, _E.DISCARD): _S.DISCARDED,
        (_S.MAPPING, _E.CHECK): _S.CHECKING,
        (_S.MAPPING, _E.READ): _S.READING,
        (_S.MAPPING, _E.DISCARD): _S.DISCARDED,
        (_S.CHECKING, _E.CHECKED): _S.READY,
        (_S.CHECKING, _E.STOP): _S.MAPPING,
        (_S.READY, _E.COMMIT): _S.COMMITTING,
        (_S.READY, _E.ASK): _S.MAPPING,
        (_S.READY, _E.DISCARD): _S.DISCARDED,
        (_S.COMMITTING, _E.COMMITTED): _S.DONE,
        (_S.COMMITTING, _E.STOP): _S.PAUSED,
        (_S.PAUSED, _E.COMMIT): _S.COMMITTING,
        (_S.PAUSED, _E.UNDO): _S.UNDOING,
        (_S.DONE, _E.COMMIT): _S.COMMITTING,
        (_S.DONE, _E.UNDO): _S.UNDOING,
        (_S.UNDOING, _E.UNDONE): _S.UNDONE,
        (_S.UNDOING, _E.STOP): _S.PAUSED,
    },
)

AT_WORK = frozenset({_S.READING, _S.CHECKING, _S.COMMITTING, _S.UNDOING})
"""States in which a job works."""

MENDABLE = frozenset({_S.READY, _S.PAUSED, _S.DONE})
"""States in which rows can be mended and chosen."""

STAGED = frozenset({_S.READY, _S.COMMITTING, _S.PAUSED, _S.DONE, _S.UNDOING, _S.UNDONE})
"""States in which all rows are staged."""


class RowState(IntEnum):
    """GOOD and WANTED rows are committed; FAULTY and DUPLICATE ones wait for a person.

    WANTED is a duplicate to import anyway; REFUSED was turned away by the app while committing; UNDONE was
    committed and taken back.
    """

    GOOD = 1
    FAULTY = 2
    DUPLICATE = 3
    WANTED = 4
    COMMITTED = 5
    REFUSED = 6
    UNDONE = 7


TO_COMMIT = frozenset({RowState.GOOD, RowState.WANTED})
OPEN = frozenset({RowState.GOOD, RowState.WANTED, RowState.FAULTY, RowState.DUPLICATE, RowState.REFUSED})
"""Rows that may still be changed: nothing was made of them."""
