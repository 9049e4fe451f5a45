"""The rights of this chapter."""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class OrderPermission(StrEnum):
    VIEW = "order.view"
    SUBMIT = "order.submit"
    TAKE = "order.take"
    WORK = "order.work"
    URGE = "order.urge"
    SECRET = "order.secret"  # noqa: S105 - a right's name, no secret


LABELS = {
    OrderPermission.VIEW: _("See orders"),
    OrderPermission.SUBMIT: _("Submit orders and ask for their cancellation"),
    OrderPermission.TAKE: _("Take, hold and cancel orders at the one-stop desk"),
    OrderPermission.WORK: _("Do a branch's steps of an order"),
    OrderPermission.URGE: _("Urge orders"),
    OrderPermission.SECRET: _("See the telephones' passwords"),
}
