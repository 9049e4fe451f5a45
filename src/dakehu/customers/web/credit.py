"""Whose accounts brought what, as of a day: by unit and by person, with its export (KAM-12)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dakehu.customers.domain.credit import billed_month
from dakehu.customers.permissions import Permission, RosterPermission
from dakehu.customers.selectors.creditboard import Person, Unit, board_of
from dakehu.customers.selectors.quality import unit_in_view, units_above
from dakehu.customers.services.ownership import today
from dakehu.infra.access.api import Actor, require
from dakehu.infra.exporting.api import Column, Table, format_of, stream
from dakehu.infra.exporting.api import Kind as FileKind
from dakehu.infra.ui.api import DateField, Figure, Kind, actor_of, page
from dakehu.kernel.clock import Month
from dakehu.kernel.money import yuan

_SHOWN = 50


@page(RosterPermission.VIEW, methods=("GET",))
def credit_board(request: HttpRequest) -> HttpResponseBase:
    """Owners' accounts and revenue as of a day; a day that is none is told of and today is shown."""
    actor = actor_of(request)
    path = unit_in_view(actor, request.GET.get("unit", ""))
    asked = DateField(required=False, label=_("As of day"))
    day, fault = _day(asked, request.GET.get("day", ""))
    month = billed_month(day)
    board = board_of(actor, path, day, month)
    people = board.people
    if "_export" in request.GET:
        return _export(actor, people, day, month, request.GET["_export"])
    total = sum(each.credit.revenue_fen for each in people)
    context = {
        "title": _("Credit by day"),
        "unit": path,
        "day": day,
        "typed": request.GET.get("day", "") or day.isoformat(),
        "fault": fault,
        "month": month,
        "crumbs": [
            (name, "" if each == path else _address(unit=each, day=day.isoformat()))
            for each, name in units_above(actor, path)
        ],
        "figures": _figures(people, total, month),
        "units": [_unit_line(each, path, day, total) for each in board.units],
        "people": [_person_line(each, day, total) for each in people[:_SHOWN]],
        "more": max(len(people) - _SHOWN, 0),
        "export": _address(unit=path, day=day.isoformat(), _export="xlsx"),
        "may_export": actor.may(Permission.EXPORT),
    }
    return render(request, "customers/credit_board.html", context)


def _day(field: DateField, text: str) -> tuple[date, str]:
    """The day that was asked for, no later than today, and what is wrong with the text."""
    try:
        found = field.clean(text) or today()
    except ValidationError as error:
        return today(), " ".join(error.messages)
    if found > today():
        return today(), _("That day has not come yet: today is shown.")
    return found, ""


def _figures(people: Sequence[Person], total: int, month: Month) -> list[Figure]:
    owners = [each for each in people if each.credit.accounts]
    return [
        Figure(_("Accounts with an owner"), sum(each.credit.accounts for each in owners), Kind.NUMBER),
        Figure(_("Owners"), len(owners), Kind.NUMBER),
        Figure(_("Their revenue in %(month)s, 10,000 yuan") % {"month": month}, total, Kind.WAN),
        Figure(
            _("Of it shared with others, 10,000 yuan"),
            sum(each.credit.given_fen for each in people),
            Kind.WAN,
        ),
    ]


def _unit_line(unit: Unit, path: str, day: date, total: int) -> dict[str, object]:
    """A unit opens into its own; the one whose accounts hang on it directly does not open further."""
    link = "" if unit.path == path else _address(unit=unit.path, day=day.isoformat())
    return {
        "name": unit.name,
        "link": link,
        "accounts": unit.accounts,
        "revenue": yuan(unit.revenue_fen),
        **_share(unit.revenue_fen, total),
    }


def _person_line(person: Person, day: date, total: int) -> dict[str, object]:
    owned = f"{reverse('customers-ownership-list')}?" + urlencode(
        {"owner": person.credit.user_id, "day": day.isoformat()}
    )
    return {
        "name": person.name,
        "unit": person.unit,
        "link": owned if person.credit.accounts else "",
        "accounts": person.credit.accounts,
        "beside": person.credit.beside or "–",
        "revenue": yuan(person.credit.revenue_fen),
        "given": yuan(person.credit.given_fen) if person.credit.given_fen else "–",
        "got": yuan(person.credit.got_fen) if person.credit.got_fen else "–",
        "credit": yuan(person.credit.credit_fen),
        **_share(person.credit.credit_fen, total),
    }


def _share(fen: int, total: int) -> dict[str, object]:
    """The part of the total in words, and how wide its bar is."""
    part = fen / total if total else 0
    return {"share": f"{part:.1%}", "width": round(part * 100)}


def _export(actor: Actor, people: Sequence[Person], day: date, month: Month, form: str) -> HttpResponseBase:
    require(actor, Permission.EXPORT)
    table = Table(
        noun="ownership",
        title=_("Credit by day"),
        columns=[
            Column(_("Account manager")),
            Column(_("Unit")),
            Column(_("Accounts owned"), FileKind.INTEGER),
            Column(_("Accounts shared"), FileKind.INTEGER),
            Column(_("Revenue of own accounts"), FileKind.MONEY),
            Column(_("Given to others"), FileKind.MONEY),
            Column(_("Got from others"), FileKind.MONEY),
            Column(pgettext("roster", "Credit"), FileKind.MONEY),
        ],
        rows=_exported(people),
        filters=[(_("As of day"), day.isoformat()), (_("Revenue of month"), str(month))],
        total=len(people),
    )
    return stream(actor, table, format_of(form))


def _exported(people: Sequence[Person]) -> Iterator[Sequence[object]]:
    for each in people:
        of = each.credit
        yield (
            each.name,
            each.unit,
            of.accounts,
            of.beside,
            of.revenue_fen,
            of.given_fen,
            of.got_fen,
            of.credit_fen,
        )


def _address(**query: str) -> str:
    return f"{reverse('customers-credit-board')}?{urlencode(query)}"
