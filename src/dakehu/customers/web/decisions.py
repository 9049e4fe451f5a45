"""The decision map of a customer: who reports to whom, who plays which part, how they stand to us."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dakehu.customers.domain.relations import Attitude, DecisionMap, Person, lay_out
from dakehu.customers.models import Contact
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.customers import contacts_of, customer_get
from dakehu.customers.web.relation_words import ATTITUDES
from dakehu.infra.ui.api import Badge, actor_of, page
from dakehu.organisation.api import dictionary_label

_BOX_WIDTH, _BOX_HEIGHT = 172, 70
_GAP_X, _GAP_Y, _EDGE = 20, 44, 8
_MOST = 200
_NAME_CHARS, _POST_CHARS = 9, 13


@dataclass(frozen=True, slots=True)
class Box:
    """A person on the map; `x` and `y` are the box's upper left corner in pixels."""

    contact: Contact
    x: float
    y: float
    name: str
    post: str
    role: str
    attitude: Badge
    tone: str


@dataclass(frozen=True, slots=True)
class Drawing:
    boxes: Sequence[Box]
    lines: Sequence[str]
    """Each line as the data of an SVG path."""
    width: float
    height: float
    box_width: int = _BOX_WIDTH
    box_height: int = _BOX_HEIGHT


@page(Permission.VIEW, methods=("GET",))
def decisions_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The tab on the customer's record."""
    actor = actor_of(request)
    customer = customer_get(actor, pk)
    contacts = list(contacts_of(actor, customer)[:_MOST])
    context = {
        "customer": customer,
        "drawing": draw(contacts) if contacts else None,
        "attitudes": list(ATTITUDES.values()),
        "may_change": actor.may(Permission.CHANGE),
    }
    return render(request, "customers/decisions.html", context)


def draw(contacts: Sequence[Contact]) -> Drawing:
    """The map of the contacts in pixels."""
    laid = lay_out([Person(contact.pk, contact.reports_to_id) for contact in contacts])
    places = {
        spot.id: (_EDGE + spot.column * (_BOX_WIDTH + _GAP_X), _EDGE + spot.level * (_BOX_HEIGHT + _GAP_Y))
        for spot in laid.spots
    }
    boxes = [_box(contact, *places[contact.pk]) for contact in contacts]
    lines = [_line(places[leader], places[led]) for leader, led in laid.lines]
    return Drawing(boxes, lines, *_size(laid))


def _box(contact: Contact, x: float, y: float) -> Box:
    attitude = ATTITUDES[Attitude(contact.attitude)]
    role = dictionary_label("contact_role", contact.role) if contact.role else ""
    name, post = _cut(contact.name, _NAME_CHARS), _cut(contact.post, _POST_CHARS)
    return Box(contact, x, y, name, post, role, attitude, str(attitude.tone))


def _cut(text: str, most: int) -> str:
    """At most so many Chinese characters; a Latin one counts half."""
    room = most * 2
    for at, sign in enumerate(text):
        room -= 1 if sign.isascii() else 2
        if room < 0:
            return text[: at - 1] + "…"
    return text


def _line(leader: tuple[float, float], led: tuple[float, float]) -> str:
    """From the middle below the leader down, across, and down to the one led."""
    x1, y1 = leader[0] + _BOX_WIDTH / 2, leader[1] + _BOX_HEIGHT
    x2, y2 = led[0] + _BOX_WIDTH / 2, led[1]
    return f"M{x1:g} {y1:g}V{(y1 + y2) / 2:g}H{x2:g}V{y2:g}"


def _size(laid: DecisionMap) -> tuple[float, float]:
    width = laid.columns * (_BOX_WIDTH + _GAP_X) - _GAP_X + 2 * _EDGE
    return width, laid.levels * (_BOX_HEIGHT + _GAP_Y) - _GAP_Y + 2 * _EDGE
