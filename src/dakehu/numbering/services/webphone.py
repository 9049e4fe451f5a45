"""Lines given to people's browsers, and the short-lived accounts these sign in with."""

from __future__ import annotations

from django.db import transaction

from dakehu.infra.access.api import Actor, access_one
from dakehu.infra.audit.api import Change, record
from dakehu.infra.clock import now
from dakehu.kernel.errors import NotAllowed, NotFound
from dakehu.numbering.domain.errors import WebphoneNotForUser, WebphoneWithoutAccount
from dakehu.numbering.domain.webphone import WebAccount, web_account
from dakehu.numbering.models import Line, LineUser
from dakehu.numbering.permissions import LinePermission, WebphonePermission
from dakehu.numbering.selectors.webphone import webphone_line
from dakehu.organisation.api import User, actor_for


def webphone_give(*, actor: Actor, line_id: int, user_id: int) -> None:
    """Let the person use the line in the browser; again is nothing.

    Raises `WebphoneNotForUser` for who has no right to it or does not see the line, `NotFound`.
    """
    line = access_one(Line.objects.select_related("customer"), actor, line_id, LinePermission.CHANGE)
    people = User.objects.filter(is_active=True)
    user = access_one(people, actor, user_id, LinePermission.CHANGE)
    try:
        access_one(Line.objects.all(), actor_for(user), line_id, WebphonePermission.USE)
    except (NotAllowed, NotFound):
        raise WebphoneNotForUser(field="user", person=user.name) from None
    with transaction.atomic():
        _row, is_new = LineUser.objects.get_or_create(line=line, user=user, defaults={"since": now()})
        if is_new:
            _note(actor, "line.grant_webphone", line, {}, {"web_user": user.name})


def webphone_take(*, actor: Actor, line_id: int, user_id: int) -> None:
    """Take it away; what is registered ends within the life of an account. Again is nothing."""
    line = access_one(Line.objects.select_related("customer"), actor, line_id, LinePermission.CHANGE)
    with transaction.atomic():
        row = LineUser.objects.select_for_update(of=("self",)).select_related("user")
        found = row.filter(line=line, user_id=user_id).first()
        if found is not None:
            found.delete()
            _note(actor, "line.take_webphone", line, {"web_user": found.user.name}, {})


def webphone_account(*, actor: Actor, line_id: int, is_first: bool) -> WebAccount:
    """An account for the actor's browser. `is_first`: it takes the line up, which the audit notes.

    Raises `NotFound` for a line that is not the actor's, `WebphoneWithoutAccount`.
    """
    line = webphone_line(actor, line_id)
    account = getattr(line, "sip_account", None)
    if account is None:
        raise WebphoneWithoutAccount(number=line.public_number_id)
    if is_first:
        with transaction.atomic():
            _note(actor, "line.use_webphone", line, {}, {"web_user": actor.name})
    return web_account(account.username, account.ha1_sha256, now().timestamp())


def _note(actor: Actor, action: str, line: Line, before: dict[str, object], after: dict[str, object]) -> None:
    change = Change(
        "line", line.pk, label=line.public_number_id, before=before, after=after,
        org_path=line.customer.org_path,
    )  # fmt: skip
    record(actor, action, change)
