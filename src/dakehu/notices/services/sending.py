"""Sending what is due: one message at a time, outside any transaction, at least once."""

from __future__ import annotations

import smtplib
import time
from collections.abc import Sequence
from datetime import timedelta

import msgspec
import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from dakehu.infra.clock import now
from dakehu.infra.outside import may_be_called, post_json
from dakehu.infra.sealing import unseal
from dakehu.kernel.text import clean_line
from dakehu.notices.domain.robots import Style, message, refusal, signed
from dakehu.notices.domain.timing import KEPT_TRYING, retry_in
from dakehu.notices.kinds import sees
from dakehu.notices.models import Dispatch, Notice, Robot
from dakehu.notices.selectors.notices import kind_or_none, title_of, words_of
from dakehu.notices.selectors.readers import preferences_of, robot_actor
from dakehu.organisation.api import User, actor_for

LEASE_S = 120.0
SENT_KEPT = timedelta(days=90)
READ_KEPT = timedelta(days=180)
_DIGEST_MAX = 200
_State = Dispatch.State
_log = structlog.get_logger(__name__)


class Unreachable(Exception):
    """It could not be sent now; the words say why, without any secret."""


class Refused(Unreachable):
    """Trying again would not help."""


def send_due() -> bool:
    """Send the message that has been due longest, with the others of its digest; True when there was one."""
    batch = _lease()
    if not batch:
        return False
    spoken = [row for row in batch if _may_be_told(row)]
    _settle([row for row in batch if row not in spoken], _State.DROPPED)
    if not spoken:
        return True
    try:
        _send(spoken)
    except Unreachable as fault:
        _put_off(spoken, str(fault), for_good=isinstance(fault, Refused))
    else:
        _settle(spoken, _State.DONE)
    return True


def forget_old() -> bool:
    """Remove what was sent three months ago and notices of half a year ago; a worker loop."""
    over = Dispatch.objects.filter(made_at__lt=now() - SENT_KEPT).exclude(state=_State.DUE)
    over.delete()
    Notice.objects.filter(at__lt=now() - READ_KEPT).delete()
    return False


def _lease() -> list[Dispatch]:
    """Take one due message, or all of a person's digest, out of the others' sight for a while."""
    with transaction.atomic():
        due = Dispatch.objects.filter(state=_State.DUE, due_at__lte=now()).order_by("due_at", "pk")
        claimed = due.select_for_update(skip_locked=True, of=("self",))
        first = claimed.first()
        if first is None:
            return []
        batch = [first]
        if first.is_digest:
            same = claimed.filter(is_digest=True, user=first.user).exclude(pk=first.pk)
            batch += list(same[: _DIGEST_MAX - 1])
        for row in batch:
            row.attempts += 1
            row.due_at = now() + timedelta(seconds=LEASE_S)
        Dispatch.objects.bulk_update(batch, ["attempts", "due_at"])
    return batch


def _may_be_told(row: Dispatch) -> bool:
    """Whether the reader is still there and still sees what it is about."""
    if kind_or_none(row.kind) is None:
        return False
    if row.robot is not None:
        fit, actor = row.robot.is_active, robot_actor(row.robot)
    elif row.user is not None:
        fit, actor = row.user.is_active and bool(row.user.email), actor_for(row.user)
    else:
        return False
    return fit and row.object_id in sees(actor, row.noun, [row.object_id])


def _settle(rows: Sequence[Dispatch], state: Dispatch.State) -> None:
    at = now() if state == _State.DONE else None
    Dispatch.objects.filter(pk__in=[row.pk for row in rows]).update(state=state, error="", sent_at=at)


def _put_off(rows: Sequence[Dispatch], fault: str, *, for_good: bool) -> None:
    for row in rows:
        row.error = fault[:300]
        row.due_at = now() + retry_in(row.attempts)
        if for_good or row.made_at < now() - KEPT_TRYING:
            row.state = _State.PARKED
    Dispatch.objects.bulk_update(rows, ["error", "due_at", "state"])
    _log.warning("notice not sent", dispatches=[row.pk for row in rows], fault=fault[:300])


def _send(rows: Sequence[Dispatch]) -> None:
    if rows[0].is_mail:
        _mail(rows)
    else:
        _say(rows[0])


def _mail(rows: Sequence[Dispatch]) -> None:
    """One mail of one or more notices to one person, in their language."""
    user = rows[0].user
    if user is None:
        raise Refused("no reader")
    with override(preferences_of([user.pk])[user.pk].language):
        if len(rows) == 1:
            subject = title_of(rows[0])
        else:
            subject = ngettext("%(count)s notice", "%(count)s notices", len(rows)) % {"count": len(rows)}
        lines = [_paragraph(row, user, named=len(rows) > 1) for row in rows]
        foot = _("How you are told is set in Dakehu, under Notices.")
    mail = EmailMessage(
        subject=clean_line(f"[Dakehu] {subject}"),
        body="\n\n".join([*lines, f"-- \n{foot}"]),
        to=[user.email],
        headers={
            "Auto-Submitted": "auto-generated",
            "Message-ID": f"<dispatch-{rows[0].pk}.{int(rows[0].made_at.timestamp())}@dakehu>",
        },
    )
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as fault:
        codes = sorted({code for code, _said in fault.recipients.values()})
        if all(code >= 500 for code in codes):
            raise Refused(f"the mail server refuses the address: {codes}") from None
        raise Unreachable(f"the mail server puts the address off: {codes}") from None
    except (OSError, smtplib.SMTPException) as fault:
        raise Unreachable(f"{type(fault).__name__}: {fault}") from None


def _paragraph(row: Dispatch, user: User, *, named: bool) -> str:
    kind = kind_or_none(row.kind)
    link = kind.link(user) if kind and kind.link else page_address(row.url)
    parts = [f"{title_of(row)}: {words_of(row)}" if named else words_of(row), *([link] if link else [])]
    return "\n".join(parts)


def _say(row: Dispatch) -> None:
    """One message to a robot."""
    robot = row.robot
    if robot is None:
        raise Refused("no robot")
    address, secret = unseal(robot.address_sealed), unseal(robot.secret_sealed)
    if not address:
        raise Refused("the robot's address must be entered anew")
    if not may_be_called(address, with_query=True):
        raise Unreachable("the address may not be called")
    with override(robot.language):
        link = (_("Open"), page_address(row.url)) if row.url and settings.PAGES_URL else None
        body = message(Style(robot.style), title_of(row), words_of(row), link, row.mobiles)
    answer = post_json(_signed(robot, address, secret), body)
    if answer.fault:
        raise Unreachable(answer.fault.replace(secret, "…") if secret else answer.fault)
    try:
        said = msgspec.json.decode(answer.body, type=dict)
    except msgspec.DecodeError:
        raise Unreachable("the answer is none of a robot's") from None
    if fault := refusal(said):
        raise Unreachable(fault)


def _signed(robot: Robot, address: str, secret: str) -> str:
    if robot.style != Robot.Kind.DINGTALK:
        return address
    return signed(address, secret, int(time.time() * 1000))


def page_address(path: str) -> str:
    """A page's full address, for readers outside of the pages; "" where nobody said what it is."""
    return f"{settings.PAGES_URL}{path}" if path and settings.PAGES_URL else ""
