"""Asking the published voice directory what would happen, as the actor may know it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from dakehu.charging.domain.rates import TariffTable, tariff_on
from dakehu.charging.domain.whatif import (
    NotPublished,
    OwnerUnseen,
    WhatIf,
    answer,
    named_numbers,
    owner_entry,
)
from dakehu.charging.selectors.tariffs import tariff_tables
from dakehu.infra.access.api import Actor
from dakehu.kernel.clock import day_of
from dakehu.kernel.errors import NotFound
from dakehu.numbering.api import Line, lines_for
from dakehu.switch.callcontrol import State, explain, suppose
from dakehu.switch.directory import DirectoryReader, DirectoryView

_asking = threading.Lock()
"""LMDB allows a process to have the file open once; an answer takes a millisecond or two."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A line, the digits it would dial, when, and what the called line would be doing."""

    calling: str
    dialled: str
    at: datetime
    state: State


@dataclass(frozen=True, slots=True)
class Answered:
    """What would happen, the calling line, and the tariff of that day (None without any)."""

    what: WhatIf
    line: Line
    tariff: TariffTable | None


def what_if(actor: Actor, asked: Asked) -> Answered:
    """What the call would come to, by the code that decides calls, over the directory as it is published.

    Raises `NotFound` for a calling line that the actor doesn't see, `NotPublished` for one that the directory
    doesn't have, `OwnerUnseen` for a password of somebody else's line, `DirectoryUnreadable`. Four queries.
    """
    line = lines_for(actor).filter(public_number_id=asked.calling).first()
    if line is None:
        raise NotFound(field="calling", noun="line", id=asked.calling)
    with _directory() as view:
        caller = view.line(line.public_number_id)
        if caller is None:
            raise NotPublished(field="calling", number=asked.calling)
        supposed = suppose(view, caller, asked.dialled, asked.state, asked.at)
        explained = explain(supposed.view, caller, asked.dialled, supposed.live)
        owner = owner_entry(supposed, caller)
        ours = named_numbers(supposed, explained) | {owner.public_number if owner is not None else ""}
        seen = set(lines_for(actor).filter(public_number__in=ours).values_list("public_number_id", flat=True))
        if supposed.owner and (owner is None or owner.public_number not in seen):
            raise OwnerUnseen(field="dialled", short=supposed.owner)
        found = answer(supposed, explained, asked.dialled, asked.state, seen)
    tariffs = tariff_tables()
    return Answered(found, line, tariff_on(day_of(asked.at), tariffs) if tariffs else None)


@contextmanager
def _directory() -> Iterator[DirectoryView]:
    path = settings.HOME / "directory.lmdb"
    with _asking, closing(DirectoryReader.open(path)) as reader, reader.view() as view:
        yield view
