"""What every page's frame needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from dakehu.infra.access.api import Actor
from dakehu.infra.ui.registry import CHAPTERS, Bell, Chapter, NavItem, nav_for, the_bell

THEMES = ("auto", "light", "dark")


@dataclass(frozen=True, slots=True)
class NavLink:
    label: str
    url: str
    icon: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class NavChapter:
    name: str
    label: str
    icon: str
    key: str
    links: list[NavLink]

    @property
    def is_current(self) -> bool:
        return any(link.is_current for link in self.links)

    @property
    def url(self) -> str:
        return self.links[0].url


def shell(request: HttpRequest) -> dict[str, object]:
    """The actor, and what the frame draws with it, made only where a template asks for it."""
    actor = getattr(request, "actor", None)
    return {"actor": actor, "shell": SimpleLazyObject(lambda: _Shell(request, actor))}


class _Shell:
    """The frame's own figures for one request."""

    def __init__(self, request: HttpRequest, actor: Actor | None) -> None:
        self._request, self.actor = request, actor
        theme = request.COOKIES.get("dakehu_theme", "auto")
        self.theme = theme if theme in THEMES else "auto"
        self.growth = "green-up" if request.COOKIES.get("dakehu_growth") == "green-up" else "red-up"

    @property
    def chapters(self) -> list[NavChapter]:
        if self.actor is None or self.actor.user_id is None:
            return []
        match = self._request.resolver_match
        url_name = (match.url_name or "") if match else ""
        return [
            NavChapter(
                str(chapter),
                str(CHAPTERS[chapter].label),
                CHAPTERS[chapter].icon,
                CHAPTERS[chapter].key,
                [_link(item, url_name) for item in items],
            )
            for chapter, items in nav_for(self.actor).items()
        ]

    @property
    def account_links(self) -> dict[str, str]:
        """Addresses of the account pages that are mounted, by name."""
        names = {
            "profile": "organisation-profile-record",
            "sessions": "usersessions_list",
            "password": "account_change_password",
            "sign_out": "account_logout",
        }
        return {key: url for key, name in names.items() if (url := _url(name))}

    @property
    def bell(self) -> Bell | None:
        """The bell, if an app hung one up and somebody is signed in."""
        return the_bell() if self.actor is not None and self.actor.user_id is not None else None

    @property
    def looked_on(self) -> str:
        """The address that ends looking on with another's eyes; "" where nobody does."""
        return _url("organisation-sight-end") if self.actor is not None and self.actor.looks_on else ""

    @property
    def here(self) -> str:
        return self._request.get_full_path()


def _link(item: NavItem, url_name: str) -> NavLink:
    icon = item.icon or CHAPTERS[Chapter(item.chapter)].icon
    return NavLink(str(item.label), reverse(item.url_name), icon, item.is_current(url_name))


def _url(name: str, *args: Any) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
