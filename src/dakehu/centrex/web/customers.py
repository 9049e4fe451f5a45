"""What Centrex tells on a customer's visit brief: groups, and how many lines there are."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dakehu.centrex.selectors.groups import groups_for
from dakehu.customers.api import BriefLine, Customer
from dakehu.infra.access.api import Actor
from dakehu.numbering.api import LinePermission, lines_for

_MOST = 6


def services(actor: Actor, customer: Customer) -> Sequence[BriefLine]:
    """The customer's groups with their size, and the number of all its lines."""
    found = [
        BriefLine(
            f"{_('Centrex group')} {group.name}",
            reverse("centrex-group-record", args=[group.pk]),
            ngettext("%(count)s telephone", "%(count)s telephones", group.member_count)
            % {"count": group.member_count},
        )
        for group in groups_for(actor, customer_id=customer.pk)[:_MOST]
    ]
    if actor.may(LinePermission.VIEW) and (count := lines_for(actor, customer_id=customer.pk).count()):
        lines = ngettext("%(count)s line in all", "%(count)s lines in all", count) % {"count": count}
        found.append(BriefLine(lines))
    return found
