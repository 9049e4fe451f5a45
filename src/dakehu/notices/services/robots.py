"""Robots of chat groups: set up, changed, tried; and messages that failed, sent again."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction

from dakehu.infra.access.api import Actor, access_one
from dakehu.infra.audit.api import Change, record, snapshot
from dakehu.infra.clock import now
from dakehu.infra.outside import may_be_called
from dakehu.infra.sealing import seal
from dakehu.infra.versions import advance
from dakehu.kernel.errors import DomainError, NotFound, raise_faults
from dakehu.kernel.text import clean_code, clean_name
from dakehu.notices.domain.errors import AddressRefused, KindUnknown, NoMail, RobotNameTaken, RobotOff
from dakehu.notices.kinds import group_kinds
from dakehu.notices.models import Dispatch, Robot
from dakehu.notices.permissions import Permission
from dakehu.organisation.api import OrgUnit, User

TRIAL = "notices.trial"
_SHOWN = ("name", "org_unit", "style", "host", "kinds", "language", "is_active")
_STYLES = frozenset(Robot.Kind.values)


@dataclass(frozen=True, slots=True)
class RobotDetails:
    """What the form holds. A blank address or secret leaves the one that is kept."""

    name: str
    unit_id: int
    style: str
    kinds: Collection[str]
    language: str = "zh-hans"
    address: str = ""
    secret: str = ""
    is_active: bool = True


def robot_create(*, actor: Actor, details: RobotDetails) -> Robot:
    """A robot of a unit that the actor sees. Raises `AddressRefused`, `RobotNameTaken`, `KindUnknown`."""
    with transaction.atomic():
        row = Robot()
        _fill(actor, row, details)
        _save(row)
        record(actor, "robot.create", _change(row, {}))
    return row


def robot_change(*, actor: Actor, robot_id: int, version: int, details: RobotDetails) -> Robot:
    with transaction.atomic():
        row = access_one(Robot.objects.select_for_update(), actor, robot_id, Permission.ROBOT_CHANGE)
        advance(row, version)
        before = snapshot(row, *_SHOWN)
        _fill(actor, row, details)
        _save(row)
        record(actor, "robot.change", _change(row, before, secrets=bool(details.address or details.secret)))
    return row


def robot_remove(*, actor: Actor, robot_id: int, version: int) -> None:
    """Forget the robot with its secrets; what was still to be sent by it goes too."""
    with transaction.atomic():
        row = access_one(Robot.objects.select_for_update(), actor, robot_id, Permission.ROBOT_CHANGE)
        advance(row, version)
        change = Change("robot", row.pk, row.name, snapshot(row, *_SHOWN), {}, row.org_path)
        row.delete()
        record(actor, "robot.delete", change)


def robot_try(*, actor: Actor, robot_id: int) -> Dispatch:
    """Have a trial message sent by the worker, whatever the hour."""
    with transaction.atomic():
        row = access_one(Robot.objects.all(), actor, robot_id, Permission.ROBOT_CHANGE)
        if not row.is_active:
            raise RobotOff(name=row.name)
        record(actor, "robot.try", Change("robot", row.pk, row.name, {}, {}, row.org_path))
        return _trial(actor, Dispatch(channel=Dispatch.Channel.ROBOT, robot=row), row.org_path)


def mail_try(*, actor: Actor) -> Dispatch:
    """Have a trial mail sent to one's own address."""
    user = User.objects.filter(pk=actor.user_id or 0).first()
    if not settings.EMAIL_HOST or user is None or not user.email:
        raise NoMail
    return _trial(actor, Dispatch(channel=Dispatch.Channel.MAIL, user=user), user.org_path)


def dispatch_send_again(*, actor: Actor, dispatch_id: int) -> None:
    """Make a message that failed due at once."""
    with transaction.atomic():
        parked = Dispatch.objects.select_for_update(of=("self",)).filter(state=Dispatch.State.PARKED)
        row = access_one(parked, actor, dispatch_id, Permission.DISPATCH_SEND)
        row.state, row.attempts, row.due_at, row.made_at = Dispatch.State.DUE, 0, now(), now()
        row.save(update_fields=["state", "attempts", "due_at", "made_at"])
        change = Change("dispatch", row.pk, row.kind, {"state": "parked"}, {"state": "due"}, row.org_path)
        record(actor, "dispatch.send_again", change)


def _trial(actor: Actor, row: Dispatch, path: str) -> Dispatch:
    row.place(path)
    row.kind, row.mark, row.facts = TRIAL, uuid.uuid4().hex, {"who": actor.name}
    row.made_at = row.due_at = now()
    row.save()
    return row


def _fill(actor: Actor, row: Robot, details: RobotDetails) -> None:
    faults: list[DomainError] = []
    row.name = clean_name(details.name)
    address = details.address.strip()
    if (address or not row.address_sealed) and not may_be_called(address, with_query=True):
        faults.append(AddressRefused(field="address"))
    elif address:
        row.address_sealed, row.host = seal(address), str(urlsplit(address).hostname)[:255]
    if details.secret.strip():
        row.secret_sealed = seal(clean_code(details.secret))
    known = {kind.name for kind in group_kinds()}
    faults += [KindUnknown(field="kinds", kind=kind) for kind in sorted(set(details.kinds) - known)]
    if details.style not in _STYLES:
        faults.append(NotFound(field="style", noun="robot", id=details.style))
    raise_faults(faults)
    try:
        unit = access_one(OrgUnit.objects.all(), actor, details.unit_id, Permission.ROBOT_CHANGE)
    except NotFound as fault:
        raise NotFound(field="unit", **fault.data) from None
    row.org_unit, row.style, row.kinds = unit, details.style, sorted(details.kinds)
    row.language, row.is_active = details.language, details.is_active
    row.place(unit.path)


def _save(row: Robot) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise RobotNameTaken(field="name", name=row.name) from None


def _change(row: Robot, before: dict[str, object], *, secrets: bool = False) -> Change:
    """What the trail keeps: never the address or the secret, only that they were given anew."""
    after: dict[str, object] = {**snapshot(row, *_SHOWN), **({"secret": 1} if secrets else {})}
    return Change("robot", row.pk, row.name, before, after, row.org_path)
