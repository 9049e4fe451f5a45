"""What apps hang into the frame: navigation, panels on records, tiles of the workbench, search, words.

Filled from `AppConfig.ready` of each app; read at every page. A later registration under the same name
takes the earlier one's place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from dakehu.infra.access.api import Actor
from dakehu.infra.ui.badges import Badge, Tone

Text = str | Promise


class Chapter(StrEnum):
    """The handbook's chapters, in its order: the main entries of the navigation."""

    WORKBENCH = "workbench"
    MANAGERS = "managers"
    CUSTOMERS = "customers"
    MARKETING = "marketing"
    SALES = "sales"
    PROJECTS = "projects"
    LIBRARY = "library"
    ORDERS = "orders"
    STATISTICS = "statistics"
    SERVICE = "service"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class ChapterWords:
    """`key` follows `g` on the keyboard."""

    label: Text
    icon: str
    key: str


CHAPTERS: Mapping[Chapter, ChapterWords] = {
    Chapter.WORKBENCH: ChapterWords(pgettext_lazy("chapter", "Workbench"), "layout-dashboard", "w"),
    Chapter.MANAGERS: ChapterWords(pgettext_lazy("chapter", "Account managers"), "user-star", "m"),
    Chapter.CUSTOMERS: ChapterWords(pgettext_lazy("chapter", "Customers"), "building", "c"),
    Chapter.MARKETING: ChapterWords(pgettext_lazy("chapter", "Marketing"), "speakerphone", "k"),
    Chapter.SALES: ChapterWords(pgettext_lazy("chapter", "Sales"), "target-arrow", "s"),
    Chapter.PROJECTS: ChapterWords(pgettext_lazy("chapter", "Projects"), "timeline", "p"),
    Chapter.LIBRARY: ChapterWords(pgettext_lazy("chapter", "Library"), "books", "l"),
    Chapter.ORDERS: ChapterWords(pgettext_lazy("chapter", "One-stop business"), "clipboard-list", "o"),
    Chapter.STATISTICS: ChapterWords(pgettext_lazy("chapter", "Statistics"), "chart-bar", "t"),
    Chapter.SERVICE: ChapterWords(pgettext_lazy("chapter", "Service"), "headset", "v"),
    Chapter.SYSTEM: ChapterWords(pgettext_lazy("chapter", "System"), "settings", "y"),
}


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry below a chapter; an empty `permission` lets every signed-in person see it.

    The entry is marked as current on every page whose url name begins with the noun of `url_name`
    ("customers-customer-" for "customers-customer-list"), or with one of `also`.
    """

    chapter: Chapter
    label: Text
    url_name: str
    permission: str = ""
    icon: str = ""
    order: int = 100
    also: tuple[str, ...] = ()

    def is_current(self, url_name: str) -> bool:
        app_noun = self.url_name.split("-")[:2]
        nouns = ("-".join(app_noun) + "-",) if self.url_name.count("-") > 1 else ()
        return url_name == self.url_name or url_name.startswith((*nouns, *self.also))


class Part(StrEnum):
    """What tabs of a record stand together under, where they are too many for one row; in this order."""

    FILE = "file"
    PEOPLE = "people"
    WORTH = "worth"
    SERVICES = "services"
    DEALINGS = "dealings"


PARTS: Mapping[Part, Text] = {
    Part.FILE: pgettext_lazy("part", "File"),
    Part.PEOPLE: pgettext_lazy("part", "People"),
    Part.WORTH: pgettext_lazy("part", "Worth"),
    Part.SERVICES: pgettext_lazy("part", "Services"),
    Part.DEALINGS: pgettext_lazy("part", "Dealings"),
}


@dataclass(frozen=True, slots=True)
class Panel:
    """A tab that an app adds to the record page of `noun`.

    Its content is fetched when the tab is opened, from `reverse(url_name, args=[object_id])`: an ordinary
    view under `@page` that answers with a fragment. `part` says under what it stands among many tabs.
    """

    noun: str
    name: str
    label: Text
    url_name: str
    permission: str = ""
    order: int = 100
    part: Part = Part.FILE


@dataclass(frozen=True, slots=True)
class TileBody:
    """What a tile shows: a template with its context, as the helpers of `tiles` make it."""

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile of the workbench. `body` is asked for after the page has come; `width` is of 12 columns."""

    name: str
    title: Text
    body: Callable[[Actor], TileBody]
    permission: str = ""
    order: int = 100
    width: int = 4
    url_name: str = ""
    """Where the tile's title leads."""
    refresh_s: int = 0
    """How often it is fetched again; 0: never."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: `id` is what a picker field stores, `note` a few words that tell namesakes apart."""

    id: str
    label: str
    url: str = ""
    note: str = ""
    badge: Badge | None = None


@dataclass(frozen=True, slots=True)
class SearchSource:
    """Something the search box and the picker fields look through.

    `find(actor, text, limit)` gives the best hits the actor may see, fast (an index answers it).
    `label_of(actor, id)` names one by its id, for a picker that already holds it.
    `more(text)` is the address of the list with the same search.
    """

    name: str
    label: Text
    find: Callable[[Actor, str, int], Sequence[Hit]]
    permission: str = ""
    icon: str = "search"
    order: int = 100
    label_of: Callable[[Actor, str], str] | None = None
    more: Callable[[str], str] | None = None
    in_search_box: bool = True


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """Something that happened to an object, told by an app beside what the audit trail tells."""

    at: datetime
    text: str
    by: str = ""
    icon: str = "point"
    tone: Tone = Tone.NEUTRAL
    url: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """How a noun, its fields, their values and its actions are called: in timelines, conflicts, the audit.

    `fields` maps a stored field to its label; `shown` turns a stored value into the words people know, by
    field; `actions` maps an audit action ("customer.create") to a verb in the past tense.
    """

    noun: str
    label: Text
    fields: Mapping[str, Text] = field(default_factory=dict)
    actions: Mapping[str, Text] = field(default_factory=dict)
    shown: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)
    url: Callable[[str], str] | None = None
    """The record's address by object id."""


@dataclass(frozen=True, slots=True)
class Bell:
    """The bell in the page's head: what it says is fetched after the page has come, where it leads."""

    count_url_name: str
    url_name: str


TimelineSource = Callable[[Actor, str], Iterable[TimelineEvent]]

_bells: list[Bell] = []
_nav: dict[tuple[Chapter, str], NavItem] = {}
_panels: dict[tuple[str, str], Panel] = {}
_tiles: dict[str, Tile] = {}
_sources: dict[str, SearchSource] = {}
_timelines: dict[str, dict[str, tuple[TimelineSource, Text]]] = {}
_words: dict[str, Words] = {}


def register_nav(*items: NavItem) -> None:
    for item in items:
        _nav[item.chapter, item.url_name] = item


def register_panel(*panels: Panel) -> None:
    for panel in panels:
        _panels[panel.noun, panel.name] = panel


def register_bell(bell: Bell) -> None:
    _bells[:] = [bell]


def the_bell() -> Bell | None:
    return _bells[0] if _bells else None


def register_tile(*tiles: Tile) -> None:
    for tile in tiles:
        _tiles[tile.name] = tile


def register_search(*sources: SearchSource) -> None:
    for source in sources:
        _sources[source.name] = source


def register_timeline(noun: str, name: str, source: TimelineSource, label: Text = "") -> None:
    """Add events of `source(actor, object_id)` to the timeline on the record page of `noun`.

    With a `label` they can be chosen alone where a timeline is filtered by kind.
    """
    _timelines.setdefault(noun, {})[name] = (source, label)


def register_words(*words: Words) -> None:
    for each in words:
        _words[each.noun] = each


def extend_words(more: Words) -> None:
    """Give a lower app's noun further fields, actions and shown values; its label and address stay."""
    base = _words[more.noun]
    _words[more.noun] = replace(
        base,
        fields={**base.fields, **more.fields},
        actions={**base.actions, **more.actions},
        shown={**base.shown, **more.shown},
    )


def all_words() -> list[Words]:
    """The words of every noun that some app has named."""
    return list(_words.values())


def nav_for(actor: Actor) -> dict[Chapter, list[NavItem]]:
    """The entries the actor may use, by chapter; a chapter without any is left out."""
    found: dict[Chapter, list[NavItem]] = {}
    for chapter in Chapter:
        items = [item for item in _nav.values() if item.chapter is chapter and _allowed(actor, item)]
        if items:
            found[chapter] = sorted(items, key=lambda item: item.order)
    return found


def panels_for(actor: Actor, noun: str) -> list[Panel]:
    panels = [panel for panel in _panels.values() if panel.noun == noun and _allowed(actor, panel)]
    return sorted(panels, key=lambda panel: panel.order)


def tiles_for(actor: Actor) -> list[Tile]:
    return sorted((tile for tile in _tiles.values() if _allowed(actor, tile)), key=lambda tile: tile.order)


def sources_for(actor: Actor) -> list[SearchSource]:
    sources = [source for source in _sources.values() if _allowed(actor, source)]
    return sorted(sources, key=lambda source: source.order)


def timelines_of(noun: str) -> dict[str, TimelineSource]:
    return {name: source for name, (source, _label) in _timelines.get(noun, {}).items()}


def timeline_labels(noun: str) -> dict[str, Text]:
    """The sources of a noun's timeline that have a label, by name."""
    return {name: label for name, (_source, label) in _timelines.get(noun, {}).items() if label}


def words_of(noun: str) -> Words:
    """The registered words, or the noun itself."""
    return _words.get(noun) or Words(noun, noun)


def _allowed(actor: Actor, thing: NavItem | Panel | Tile | SearchSource) -> bool:
    return not thing.permission or actor.may(thing.permission)
