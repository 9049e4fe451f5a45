"""Passwords that the system makes up, and one's own."""

from __future__ import annotations

import secrets

from django.db import transaction

from dakehu.infra.audit.api import Change, record
from dakehu.organisation.models import User
from dakehu.organisation.selectors.actors import actor_for

_LETTERS = "abcdefghjkmnpqrstuvwxyz"  # without i, l, o: they are read as digits
_DIGITS = "23456789"


def one_time_password() -> str:
    """Three groups such as "kqwm-7394-hzte": easy to read out, about 50 bits."""
    groups = [
        "".join(secrets.choice(signs) for _ in range(4)) for signs in (_LETTERS, _DIGITS, _LETTERS, _DIGITS)
    ]
    return "-".join(groups)


def password_set_own(*, user: User, password: str) -> None:
    """What the password page does once the old password and the rules for new ones are satisfied."""
    with transaction.atomic():
        user.set_password(password)
        user.must_change_password = False
        user.save(update_fields=["password", "must_change_password"])
        record(
            actor_for(user),
            "user.password_change",
            Change("user", user.pk, user.name, {"password": "old"}, {"password": "new"}, user.org_path),
        )
