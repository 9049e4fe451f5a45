"""Where this chapter hangs into the frame: navigation, tiles, panels, pickers, words."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dakehu.customers.api import Findable, register_findable, thing_source
from dakehu.infra.access.api import Actor, visible
from dakehu.infra.ui.api import (
    Chapter,
    Hit,
    NavItem,
    Panel,
    Part,
    SearchSource,
    register_nav,
    register_panel,
    register_search,
    register_tile,
    register_words,
)
from dakehu.kernel.clock import CST
from dakehu.managers.models import ManagerFile, Visit
from dakehu.managers.permissions import Permission
from dakehu.managers.web.tiles import TILES
from dakehu.managers.web.words import WORDS
from dakehu.organisation.api import User, person_named


def register() -> None:
    register_nav(
        NavItem(
            Chapter.MANAGERS,
            _("Account managers"),
            "managers-file-list",
            Permission.FILE_VIEW,
            "user-star",
            10,
            also=("managers-photo-", "managers-credential-"),
        ),
        NavItem(Chapter.MANAGERS, _("Calendar"), "managers-calendar", Permission.VISIT_VIEW, "calendar", 20),
        NavItem(Chapter.MANAGERS, _("Visits due"), "managers-due", Permission.VISIT_VIEW, "calendar-due", 30),
        NavItem(Chapter.MANAGERS, _("Visits"), "managers-visit-list", Permission.VISIT_VIEW, "notes", 40),
        NavItem(
            Chapter.MANAGERS,
            _("Promises"),
            "managers-promise-list",
            Permission.VISIT_VIEW,
            "heart-handshake",
            50,
        ),
        NavItem(
            Chapter.MANAGERS,
            _("Hand-overs"),
            "managers-handover-list",
            Permission.HAND_OVER_VIEW,
            "user-share",
            60,
        ),
    )
    register_words(*WORDS)
    register_tile(*TILES)
    register_panel(
        Panel(
            "customer",
            "visits",
            _("Visits"),
            "managers-visit-of-customer",
            Permission.VISIT_VIEW,
            20,
            Part.DEALINGS,
        )
    )
    register_findable(
        Findable(
            "visit", 8, _("Visit"), "notes", Visit,
            lambda row: (row.purpose, row.log, row.comment), Permission.VISIT_VIEW,
            title=lambda row: row.purpose,
            url=lambda row: reverse("managers-visit-record", args=[row.pk]),
            note=lambda row: f"{row.customer.name} · {row.manager.name} · {row.starts_at.astimezone(CST):%F}",
            related=("customer", "manager"),
        )
    )  # fmt: skip
    register_search(
        thing_source("visits", _("Visits"), ("visit",), Permission.VISIT_VIEW, "notes", 20),
        SearchSource(
            name="managers_people",
            label=_("Account managers"),
            find=find_files,
            permission=Permission.FILE_VIEW,
            icon="user-star",
            order=70,
        ),
        SearchSource(
            name="managers_person",
            label=_("People"),
            find=find_people,
            permission=Permission.FILE_VIEW,
            label_of=_label,
            in_search_box=False,
        ),
    )


def find_files(actor: Actor, text: str, limit: int) -> Sequence[Hit]:
    """Files of account managers of the actor's view, by name, pinyin or sign-in name."""
    files = visible(ManagerFile.objects.all(), actor, Permission.FILE_VIEW)
    found = files.filter(person_named(text, "user__"))
    rows = found.select_related("user__org_unit").order_by("user__pinyin", "pk")[:limit]
    return [
        Hit(
            str(row.pk),
            row.user.name,
            reverse("managers-file-record", args=[row.pk]),
            row.user.org_unit.name,
        )
        for row in rows
    ]


def find_people(actor: Actor, text: str, limit: int) -> Sequence[Hit]:
    """Active people of the actor's view, by name, pinyin or sign-in name."""
    people = visible(User.objects.filter(is_active=True), actor, Permission.FILE_VIEW)
    if text:
        people = people.filter(person_named(text))
    found = people.select_related("org_unit").order_by("pinyin", "pk")[:limit]
    return [Hit(str(user.pk), user.name, note=f"{user.username} · {user.org_unit.name}") for user in found]


def _label(actor: Actor, pk: str) -> str:
    people = visible(User.objects.all(), actor, Permission.FILE_VIEW)
    row = people.filter(pk=pk).first() if pk.isdecimal() else None
    return row.name if row else ""
