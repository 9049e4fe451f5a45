"""Centrex groups hang on customers: when two files are merged they go to the survivor (KAM-03)."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from dakehu.centrex.models import CentrexGroup
from dakehu.centrex.services.groups import GROUP_CHANGED
from dakehu.customers.api import Hanging, register_hanging
from dakehu.infra.outbox.api import publish


def register() -> None:
    register_hanging(Hanging("centrex_groups", _("Centrex groups"), CentrexGroup, tell=_tell))


def _tell(ids: Sequence[int]) -> None:
    for pk, customer_id in CentrexGroup.objects.filter(pk__in=ids).values_list("pk", "customer_id"):
        publish(GROUP_CHANGED, key=pk, payload={"group_id": pk, "customer_id": customer_id})
