"""What the audit trail keeps of sign-ins."""

from __future__ import annotations

from django.db import transaction

from dakehu.infra.access.api import Actor
from dakehu.infra.audit.api import Change, record
from dakehu.organisation.domain.sign_on import Way
from dakehu.organisation.models import User
from dakehu.organisation.selectors.actors import actor_for


def signed_in(*, user: User, address: str, way: Way = Way.PASSWORD) -> None:
    """`way` says by what the person proved who they are."""
    _record(user, "user.sign_in", address, way)


def signed_out(*, user: User) -> None:
    _record(user, "user.sign_out", "")


def sign_in_failed(*, user: User, address: str) -> None:
    """Someone, not necessarily the user, gave a wrong password for this name."""
    _record(user, "user.sign_in_failed", address)


def _record(user: User, action: str, address: str, way: Way | None = None) -> None:
    actor = actor_for(user) if action != "user.sign_in_failed" else Actor(None, user.username)
    with transaction.atomic():
        after = {"address": address} if address else {}
        if way is not None:
            after["way"] = way.value
        record(actor, action, Change("user", user.pk, user.name, {}, after, user.org_path))
