"""First passwords for accounts from a spreadsheet: as a list that is taken once, or by mailed links.

The list lies sealed for a day at most and is emptied as it is taken; passwords stand in no log, trail or job.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import msgspec
from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dakehu.infra.access.api import Actor, require, visible
from dakehu.infra.audit.api import Change, record
from dakehu.infra.clock import now
from dakehu.infra.jobs.api import Run, job, start
from dakehu.infra.outbox.api import publish
from dakehu.infra.sealing import seal, unseal
from dakehu.kernel.errors import DomainError
from dakehu.organisation.domain.importing import NobodyWaits, NoMailSet, SheetGone
from dakehu.organisation.domain.sign_on import Way
from dakehu.organisation.models import PasswordSheet, User
from dakehu.organisation.permissions import Permission
from dakehu.organisation.services.passwords import one_time_password
from dakehu.organisation.services.users import locked_user

KIND = "organisation.first_passwords"
MOST = 1000
KEPT = timedelta(days=1)
_STEP = 20
_WITHOUT = {"password__startswith": UNUSABLE_PASSWORD_PREFIX, "signs_in_by": Way.PASSWORD}


@dataclass(frozen=True, slots=True)
class FirstPassword:
    """One line of the list."""

    name: str
    username: str
    unit: str
    password: str


class FirstPasswordTokens(PasswordResetTokenGenerator):
    """Links to set a first password: good once, for `PASSWORD_RESET_TIMEOUT`."""

    key_salt = "dakehu.organisation.first_password"


tokens = FirstPasswordTokens()


def waiting(actor: Actor) -> QuerySet[User]:
    """The open accounts of the actor's view that have no password yet."""
    rows = visible(User.objects.filter(is_active=True), actor, Permission.USER_CHANGE)
    return rows.filter(**_WITHOUT).order_by("org_path", "pinyin", "pk")


def sheet_start(*, actor: Actor) -> PasswordSheet:
    """Have passwords made for all who wait, in the background; raises `NobodyWaits`."""
    ids = list(waiting(actor).values_list("pk", flat=True)[:MOST])
    if not ids:
        raise NobodyWaits
    with transaction.atomic():
        sheet = PasswordSheet.objects.create(owner_id=actor.user_id or 0, made_at=now())
        start(actor, KIND, sheet_id=sheet.pk, user_ids=ids)
    return sheet


@job(KIND, title=gettext_lazy("First passwords"))
def run_sheet(run: Run, sheet_id: int, user_ids: list[int]) -> dict[str, object]:
    """Passwords and the list they stand in are saved together, a few at a time; killed, it goes on."""
    for place in range(0, len(user_ids), _STEP):
        _step(run.actor, sheet_id, user_ids[place : place + _STEP])
        run.progress(min(place + _STEP, len(user_ids)), len(user_ids))
    PasswordSheet.objects.filter(pk=sheet_id).update(is_ready=True)
    sheet = PasswordSheet.objects.get(pk=sheet_id)
    said = _("%(count)s first passwords are ready to be taken once.") % {"count": sheet.people}
    return {"summary": said, "url": reverse("organisation-user-passwords")}


def sheet_take(*, actor: Actor, sheet_id: int) -> list[FirstPassword]:
    """The list, for who had it made, this once; raises `SheetGone` afterwards."""
    require(actor, Permission.USER_CHANGE)
    with transaction.atomic():
        own = PasswordSheet.objects.select_for_update().filter(pk=sheet_id, owner_id=actor.user_id or 0)
        sheet = own.filter(is_ready=True, taken_at=None).first()
        lines = _lines(sheet) if sheet else []
        if sheet is None or not lines:
            raise SheetGone
        sheet.sealed, sheet.taken_at = "", now()
        sheet.save(update_fields=["sealed", "taken_at"])
        after = {"people": sheet.people}
        record(actor, "passwordsheet.take", Change("passwordsheet", sheet.pk, "", {}, after, actor.org_path))
    return lines


def sheets_forget() -> None:
    """Empty the lists that nobody took within a day: those accounts get new passwords one by one."""
    old = PasswordSheet.objects.filter(made_at__lt=now() - KEPT, taken_at=None)
    old.update(sealed="", taken_at=now())


def links_send(*, actor: Actor) -> int:
    """Mail a link to set the first password to all who wait and have an address; how many will be sent."""
    if not settings.EMAIL_HOST or not settings.PAGES_URL:
        raise NoMailSet
    with transaction.atomic():
        people = list(waiting(actor).exclude(email="")[:MOST])
        invited = [user for user in people if _may_lay_hands_on(actor, user)]
        if not invited:
            raise NobodyWaits
        for user in invited:
            record(actor, "user.invite", Change("user", user.pk, user.name, {}, {}, user.org_path))
            publish("user.invited", key=user.pk)
    return len(invited)


def first_password_link(user: User) -> str:
    """The address at which the user sets the first password; made when it is mailed, stored nowhere."""
    coded = urlsafe_base64_encode(force_bytes(user.pk))
    path = reverse("organisation-user-first", args=[coded, tokens.make_token(user)])
    return f"{settings.PAGES_URL}{path}"


def _step(actor: Actor, sheet_id: int, user_ids: Sequence[int]) -> None:
    with transaction.atomic():
        sheet = PasswordSheet.objects.select_for_update().get(pk=sheet_id)
        lines = _lines(sheet)
        todo = User.objects.filter(pk__in=user_ids, is_active=True, **_WITHOUT)
        for user in todo.select_related("org_unit").order_by("org_path", "pinyin", "pk"):
            if not _may_lay_hands_on(actor, user):
                continue
            password = one_time_password()
            user.set_password(password)
            user.must_change_password = True
            user.save(update_fields=["password", "must_change_password"])
            lines.append(FirstPassword(user.name, user.username, user.org_unit.name, password))
            given = Change("user", user.pk, user.name, {"password": 0}, {"password": 1}, user.org_path)
            record(actor, "user.first_password", given)
        sheet.people, sheet.sealed = len(lines), seal(msgspec.json.encode(lines).decode())
        sheet.save(update_fields=["people", "sealed"])


def _lines(sheet: PasswordSheet) -> list[FirstPassword]:
    kept = unseal(sheet.sealed)
    return msgspec.json.decode(kept, type=list[FirstPassword]) if kept else []


def _may_lay_hands_on(actor: Actor, user: User) -> bool:
    try:
        locked_user(actor, user.pk, other_than_self=True)
    except DomainError:
        return False
    return True
