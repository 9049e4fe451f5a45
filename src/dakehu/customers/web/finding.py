"""What hangs on customers in the search over everything: contacts, contracts, documents and so on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dakehu.customers.domain.holdings import HoldingKind
from dakehu.customers.models import Agreement, CompetitorLine, Contact, Document, Equipment
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.things import find_things
from dakehu.customers.services.things import Findable, register_findable
from dakehu.customers.web.words import url_of
from dakehu.infra.access.api import Actor
from dakehu.infra.ui.api import Badge, Hit, SearchSource, Tone, register_search
from dakehu.organisation.api import dictionary_label


def register() -> None:
    """Numbers are for good: they stand in the index."""
    register_findable(
        Findable(
            "contact", 0, _("Contact"), "user", Contact,
            lambda row: (row.name, row.phone, row.email, row.preferences, row.remark),
            Permission.VIEW,
            title=lambda row: f"{row.name} · {row.post}" if row.post else row.name,
            url=_tab("contacts"),
            note=lambda row: " · ".join(filter(None, (row.customer.name, row.phone))),
        ),
        Findable(
            HoldingKind.AGREEMENT, 1, _("Contract"), "file-certificate", Agreement,
            lambda row: (row.number, row.subject, row.remark), Permission.VIEW,
            title=lambda row: f"{row.number} {row.subject}", url=_tab("papers"), note=_customer,
        ),
        Findable(
            HoldingKind.DOCUMENT, 2, _("Document"), "file-text", Document,
            lambda row: (row.subject, row.remark), Permission.VIEW,
            title=lambda row: row.subject, url=_tab("papers"), note=_customer,
        ),
        Findable(
            HoldingKind.EQUIPMENT, 3, _("Equipment"), "router", Equipment,
            lambda row: (row.model, row.serial, row.place, row.remark), Permission.VIEW,
            title=lambda row: " ".join(filter(None, (row.model, row.serial, row.place))),
            url=_tab("equipment"), note=_customer,
        ),
        Findable(
            HoldingKind.COMPETITOR_LINE, 4, _("Competitor’s line"), "swords", CompetitorLine,
            lambda row: (row.product, row.remark), Permission.VIEW,
            title=lambda row: f"{dictionary_label('competitor', row.operator)} {row.product}",
            url=_tab("competitors"), note=_customer,
        ),
    )  # fmt: skip
    papers = (HoldingKind.AGREEMENT, HoldingKind.DOCUMENT, HoldingKind.EQUIPMENT, HoldingKind.COMPETITOR_LINE)
    register_search(
        thing_source("contacts", _("Contacts"), ("contact",), Permission.VIEW, "user", 12),
        thing_source("papers", _("In customers’ files"), papers, Permission.VIEW, "files", 14),
    )


def thing_source(
    name: str, label: str | Promise, kinds: Sequence[str], permission: str, icon: str, order: int
) -> SearchSource:
    """A group of the search over some kinds; each hit says its kind where there are several."""

    def find(actor: Actor, text: str, limit: int) -> Sequence[Hit]:
        found = find_things(actor, text, limit, kinds)[:limit]
        badge = len(kinds) > 1
        return [
            Hit(
                str(row.pk), kind.title(row), kind.url(row), kind.note(row),
                Badge(kind.label, Tone.QUIET, kind.icon) if badge else None,
            )
            for kind, row in found
        ]  # fmt: skip

    return SearchSource(name, label, find, permission, icon, order)


def _tab(tab: str) -> Callable[[Any], str]:
    return lambda row: f"{url_of(row.customer_id)}?tab={tab}"


def _customer(row: Any) -> str:
    return str(row.customer.name)
