"""Where this chapter hangs into the frame."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dakehu.centrex.models import CentrexGroup
from dakehu.centrex.permissions import GroupPermission
from dakehu.centrex.web.customers import services
from dakehu.centrex.web.lists import found_by
from dakehu.customers.api import BriefSection, register_brief
from dakehu.infra.access.api import Actor, visible
from dakehu.infra.ui.api import (
    Chapter,
    Hit,
    NavItem,
    Panel,
    Part,
    SearchSource,
    Words,
    register_nav,
    register_panel,
    register_search,
    register_words,
)
from dakehu.kernel.text import clean_line
from dakehu.numbering.api import codes_label, rights_label

_WORDS = Words(
    "group",
    _("Centrex group"),
    fields={
        "name": _("Name of the group"),
        "public_number": _("Public number"),
        "short_number": _("Short number"),
        "rights_level": _("Call rights"),
        "rights_special": _("Special services"),
        "in_group_only": _("In-group calls only"),
        "outgoing_restriction": _("Outgoing restriction by password"),
        "is_attendant": _("Attendant console"),
        "night_number": _("Night number"),
        "codes": _("Feature codes"),
    },
    actions={
        "group.create": _("made the group"),
        "group.rename": _("renamed the group"),
        "group.set_night": _("set the night number of the group"),
        "group.set_codes": _("changed the feature codes of the group"),
        "group.remove": _("removed the group"),
        "group.add_member": _("added a member"),
        "group.change_member": _("changed a member"),
        "group.remove_member": _("removed a member"),
    },
    shown={"rights_level": rights_label, "codes": codes_label},
    url=lambda pk: reverse("centrex-group-record", args=[pk]),
)


def register() -> None:
    register_nav(
        NavItem(
            Chapter.ORDERS,
            _("Centrex groups"),
            "centrex-group-list",
            GroupPermission.VIEW,
            "phone-spark",
            50,
            also=("centrex-member-",),
        )
    )
    register_panel(
        Panel(
            "customer",
            "voice",
            _("Voice services"),
            "centrex-customer-panel",
            GroupPermission.VIEW,
            40,
            Part.SERVICES,
        ),
        Panel("line", "group", _("Centrex group"), "centrex-line-panel", GroupPermission.VIEW),
    )
    register_brief(BriefSection("voice", _("Voice services"), services, GroupPermission.VIEW, order=20))
    register_words(_WORDS)
    register_search(
        SearchSource(
            name="centrex_groups",
            label=_("Centrex groups"),
            find=find_groups,
            permission=GroupPermission.VIEW,
            icon="phone-spark",
            order=45,
            label_of=_label_of,
            more=lambda text: f"{reverse('centrex-group-list')}?{urlencode({'q': text})}",
        )
    )


def find_groups(actor: Actor, text: str, limit: int) -> Sequence[Hit]:
    """Groups by their name, their customer's name or their search number."""
    text = clean_line(text)
    if not text:
        return []
    rows = visible(CentrexGroup.objects.select_related("customer", "exchange"), actor, GroupPermission.VIEW)
    found = rows.filter(found_by(text))
    return [
        Hit(
            id=str(row.pk),
            label=row.name,
            url=reverse("centrex-group-record", args=[row.pk]),
            note=f"{row.customer.name} · {row.exchange.name}",
        )
        for row in found.order_by("name", "pk")[:limit]
    ]


def _label_of(actor: Actor, pk: str) -> str:
    rows = visible(CentrexGroup.objects.all(), actor, GroupPermission.VIEW)
    return rows.filter(pk=pk).values_list("name", flat=True).first() or ""
