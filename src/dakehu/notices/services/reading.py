"""One's own notices and preferences."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from dakehu.infra.access.api import Actor
from dakehu.infra.audit.api import Change, record, snapshot
from dakehu.infra.clock import now
from dakehu.infra.versions import advance
from dakehu.kernel.errors import DomainError, NotFound, raise_faults
from dakehu.notices.domain.errors import HourWrong
from dakehu.notices.kinds import all_kinds
from dakehu.notices.models import Notice, Preference
from dakehu.notices.selectors.notices import notices_of
from dakehu.notices.selectors.readers import MAIL, ROBOT

_HOURS = range(24)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the preferences' form holds: the kinds that are mailed, those said by the robot, and the hours."""

    mail: Collection[str]
    robot: Collection[str]
    language: str
    quiet_from: int
    quiet_to: int
    digest_hour: int | None = None


def notice_open(*, actor: Actor, notice_id: int) -> Notice:
    """The notice, read from now on unless somebody else looks on; `NotFound` if it is another's."""
    row = notices_of(actor).filter(pk=notice_id).first()
    if row is None:
        raise NotFound(noun="notice", id=str(notice_id))
    if row.read_at is None and not actor.looks_on:
        row.read_at = now()
        row.save(update_fields=["read_at"])
    return row


def notices_mark(*, actor: Actor, read: bool, notice_ids: Collection[int] | None = None) -> int:
    """Mark one's own notices, all of them by default; how many changed."""
    rows = notices_of(actor).filter(read_at__isnull=read)
    if notice_ids is not None:
        rows = rows.filter(pk__in=notice_ids)
    return rows.update(read_at=now() if read else None)


def preference_set(*, actor: Actor, version: int, wish: Wish) -> Preference:
    """Say how one wants to be told; `version` is 0 while one never did."""
    _check(wish)
    with transaction.atomic():
        row = Preference.objects.select_for_update().filter(pk=actor.user_id).first()
        before = snapshot(row) if row else {}
        if row is None:
            row = Preference(user_id=actor.user_id or 0, version=0)
        advance(row, version)
        row.chosen = _chosen(wish)
        row.language = wish.language
        row.quiet_from, row.quiet_to, row.digest_hour = wish.quiet_from, wish.quiet_to, wish.digest_hour
        row.save()
        change = Change("noticewish", row.pk, actor.name, before, snapshot(row), actor.org_path)
        record(actor, "noticewish.set", change)
    return row


def _chosen(wish: Wish) -> Mapping[str, list[str]]:
    ways = {MAIL: set(wish.mail), ROBOT: set(wish.robot)}
    return {kind.name: [way for way, names in ways.items() if kind.name in names] for kind in all_kinds()}


def _check(wish: Wish) -> None:
    faults: list[DomainError] = []
    for name in ("quiet_from", "quiet_to", "digest_hour"):
        hour = getattr(wish, name)
        if hour not in _HOURS and not (name == "digest_hour" and hour is None):
            faults.append(HourWrong(field=name))
    if wish.language not in dict(settings.LANGUAGES):
        faults.append(NotFound(field="language", noun="language", id=wish.language))
    raise_faults(faults)
