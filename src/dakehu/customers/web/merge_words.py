"""How the fields of two files read side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from dakehu.customers.models import Customer
from dakehu.customers.web.words import WORDS
from dakehu.customers.web.worth_words import CUSTOMER_WORDS
from dakehu.infra.access.api import Actor
from dakehu.kernel.money import yuan

LABELS: Mapping[str, str | Promise] = {**WORDS.fields, **CUSTOMER_WORDS.fields}
_SHOWN: Mapping[str, Callable[[Any], object]] = {
    **WORDS.shown,
    **CUSTOMER_WORDS.shown,
    "monthly_revenue_fen": yuan,
}


def field_shown(actor: Actor, name: str, value: str | int | None) -> str:
    """A field's value; a parent outside the actor's view is not named."""
    if value in (None, ""):
        return ""
    if name == "parent_id":
        parent = Customer.objects.filter(pk=value).first()
        is_seen = parent is None or actor.scope.contains(parent.org_path)
        return str(parent or "") if is_seen else _("a customer outside your view")
    return str(_SHOWN.get(name, str)(value))
