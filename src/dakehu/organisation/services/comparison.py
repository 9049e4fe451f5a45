"""Who is gone from the directory is locked here, nightly or on the button; never too many at once.

An answer of the directory that would lock more than the agreed share of its people, or that holds nobody, is
taken for a fault of the directory or of a filter: nothing is changed, and the audit trail says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dakehu.infra.access.api import SYSTEM, Actor, require
from dakehu.infra.audit.api import Change, record
from dakehu.infra.clock import now
from dakehu.infra.jobs.api import Run, job
from dakehu.infra.jobs.api import start as start_job
from dakehu.infra.jobs.models import Job
from dakehu.infra.outbox.api import publish
from dakehu.infra.parameters.api import value_of
from dakehu.kernel.clock import CST
from dakehu.organisation.domain.claims import Person
from dakehu.organisation.domain.errors import CompareUnderWay, WayNotSet
from dakehu.organisation.domain.sign_on import Way, may_lock
from dakehu.organisation.models import User
from dakehu.organisation.parameters import COMPARE_HOUR, LOCK_PERCENT
from dakehu.organisation.permissions import Permission
from dakehu.organisation.services.sessions import end_all_sessions
from dakehu.organisation.services.users import change_of, shown
from dakehu.organisation.signon.directory import people

KIND = "organisation.directory_compare"
_UNDER_WAY = (Job.State.QUEUED, Job.State.RUNNING)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`gone`: the sign-in names of who is not in the directory; locked only where `is_done`."""

    known: int
    answered: int
    gone: tuple[str, ...]
    is_done: bool


@job(KIND, title=gettext_lazy("Comparison with the directory"))
def run_comparison(_run: Run) -> dict[str, object]:
    """Resumable by being done anew: who is locked already is not asked for again."""
    if settings.LDAP is None:
        raise WayNotSet(way=Way.DIRECTORY)
    outcome = compare(people(settings.LDAP))
    said = _("%(known)s people compared with %(answered)s of the directory.") % {
        "known": outcome.known,
        "answered": outcome.answered,
    }
    if outcome.gone:
        told = (
            _("Locked: %(names)s.")
            if outcome.is_done
            else _("Too many are missing, nobody was locked: %(names)s.")
        )
        said = f"{said} {told % {'names': '、'.join(outcome.gone[:20])}}"
    return {"summary": said, "gone": list(outcome.gone), "locked": outcome.is_done}


def compare(found: Iterable[Person]) -> Outcome:
    """Lock who is gone, in one transaction; `DirectorySilent` from reading comes before anything is done."""
    subjects, names = set(), set()
    answered = 0
    for person in found:
        answered += 1
        subjects.add(person.subject)
        names.add(person.key)
    with transaction.atomic():
        users = User.objects.select_for_update(of=("self",)).filter(signs_in_by=Way.DIRECTORY, is_active=True)
        known = list(users.prefetch_related("identities").order_by("pk"))
        gone = [user for user in known if not _is_there(user, subjects, names)]
        percent = value_of(LOCK_PERCENT)
        may = may_lock(known=len(known), gone=len(gone), answered=answered, percent=percent)
        outcome = Outcome(len(known), answered, tuple(user.username for user in gone), is_done=may)
        if gone and may:
            _lock(gone)
        elif gone:
            after = {"known": len(known), "answered": answered, "gone": len(gone), "percent": percent}
            record(_directory(), "sign_on.compare_refused", Change("sign_on", Way.DIRECTORY, "", {}, after))
    return outcome


def compare_start(*, actor: Actor) -> Job:
    """Enqueue a comparison. Raises `WayNotSet`, `CompareUnderWay`."""
    require(actor, Permission.SIGN_ON_RUN)
    if settings.LDAP is None:
        raise WayNotSet(way=Way.DIRECTORY)
    if Job.objects.filter(kind=KIND, state__in=_UNDER_WAY).exists():
        raise CompareUnderWay
    return start_job(actor, KIND)


def compare_due() -> bool:
    """The worker's step: one comparison a night, from the agreed hour on."""
    if settings.LDAP is None:
        return False
    at = now()
    hour = value_of(COMPARE_HOUR)
    due = at.astimezone(CST).replace(hour=hour, minute=0, second=0, microsecond=0)
    if due > at:
        due -= timedelta(days=1)
    if not Job.objects.filter(kind=KIND, created_at__gte=due).exists():
        start_job(_directory(), KIND)
    return False


def _is_there(user: User, subjects: set[str], names: set[str]) -> bool:
    """By what never changes where it is known, else by the sign-in name."""
    bound = [each.subject for each in user.identities.all() if each.way == Way.DIRECTORY]
    return bound[0] in subjects if bound else user.username in names


def _lock(gone: list[User]) -> None:
    for user in gone:
        before = shown(user)
        user.is_active = False
        user.version += 1
        user.save()
        end_all_sessions(user)
        record(_directory(), "user.gone", change_of(user, before))
        publish("user.deactivated", key=user.pk, payload={"path": user.org_path})


def _directory() -> Actor:
    return replace(SYSTEM, name=Way.DIRECTORY.value)
