"""Pages of exchanges and numbers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from dakehu.infra.ui.api import (
    Button,
    Fact,
    Figure,
    FormPage,
    Kind,
    Record,
    Tab,
    actor_of,
    form_page,
    list_view,
    page,
    record_page,
)
from dakehu.kernel.text import clean_code
from dakehu.numbering.models import Exchange
from dakehu.numbering.permissions import ExchangePermission, NumberPermission
from dakehu.numbering.selectors.numbers import FreeNumbers, exchange_get, number_counts, numbers_free
from dakehu.numbering.services.exchanges import ExchangePlan, block_create, exchange_create
from dakehu.numbering.web.forms import ExchangeForm, NumberBlockForm
from dakehu.numbering.web.lists import EXCHANGES, NUMBERS
from dakehu.numbering.web.words import NUMBER_BADGES, exchange_kind

exchange_list = list_view(EXCHANGES)
number_list = list_view(NUMBERS)
_SHOWN = 40


@page(ExchangePermission.VIEW, methods=("GET",))
def exchange_record(request: HttpRequest, pk: int) -> HttpResponse:
    """One exchange: its numbers by state, its blocks, a search for free numbers."""
    actor = actor_of(request)
    exchange = exchange_get(actor, pk)
    counts = number_counts(exchange)
    numbers = f"{reverse('numbering-number-list')}?exchange={exchange.pk}&state="
    blocks = list(exchange.blocks.all())
    tabs = [
        Tab(
            "facts",
            pgettext_lazy("voice", "Exchange"),
            "numbering/exchange_facts.html",
            {"facts": _facts(exchange)},
        ),
        Tab(
            "blocks",
            pgettext_lazy("voice", "Blocks"),
            "numbering/blocks.html",
            {"blocks": blocks},
            count=len(blocks),
        ),
    ]
    if actor.may(NumberPermission.VIEW):
        free = reverse("numbering-number-free", args=[exchange.pk])
        tabs.append(Tab("free", _("Free numbers"), url=free))
    return record_page(
        request,
        Record(
            noun="exchange",
            object_id=exchange.pk,
            title=exchange.name,
            subtitle=f"{exchange.code} · {exchange_kind(exchange.kind)}",
            figures=[
                Figure(badge.label, counts[state], Kind.NUMBER, url=f"{numbers}{state}")
                for state, badge in NUMBER_BADGES.items()
            ],
            tabs=tabs,
            buttons=[
                Button(
                    _("New block"),
                    reverse("numbering-block-create", args=[exchange.pk]),
                    "plus",
                    ExchangePermission.CHANGE,
                )
            ],
            back=(pgettext_lazy("voice", "Exchanges"), reverse("numbering-exchange-list")),
        ),
    )


@page(NumberPermission.VIEW, methods=("GET",))
def free_numbers(request: HttpRequest, pk: int) -> HttpResponse:
    """Free numbers of the exchange by beginning and ending: a tab that searches as one types."""
    starts = clean_code(request.GET.get("starts", ""))
    pattern = clean_code(request.GET.get("pattern", ""))
    wanted = FreeNumbers(pk, starts=starts, pattern=pattern, limit=_SHOWN)
    found = numbers_free(actor_of(request), wanted)
    context = {"pk": pk, "numbers": found, "starts": starts, "pattern": pattern, "most": _SHOWN}
    return render(request, "numbering/free_numbers.html", context)


@page(ExchangePermission.CHANGE, methods=("GET", "POST"))
def exchange_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)

    def save(values: dict[str, Any]) -> str:
        plan = ExchangePlan(
            code=values["code"],
            name=values["name"],
            kind=values["kind"],
            area_code=values["area_code"],
            city_id=int(values["city"]),
        )
        return _place_of(exchange_create(actor=actor, plan=plan).pk)

    shown = FormPage(
        title=_("New exchange"),
        form=ExchangeForm(request.POST or None, actor=actor),
        back=reverse("numbering-exchange-list"),
        done=_("The exchange is there; give it a block of numbers next."),
        noun="exchange",
    )
    return form_page(request, shown, save)


@page(ExchangePermission.CHANGE, methods=("GET", "POST"))
def block_new(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    exchange = exchange_get(actor, pk)

    def save(values: dict[str, Any]) -> str:
        block_create(actor=actor, exchange_id=pk, **values)
        return f"{_place_of(pk)}?tab=blocks"

    shown = FormPage(
        title=_("New block of numbers at %(exchange)s") % {"exchange": exchange.name},
        form=NumberBlockForm(request.POST or None),
        back=_place_of(pk),
        done=_("The numbers are free to be used."),
        noun="number_block",
    )
    return form_page(request, shown, save)


def _facts(exchange: Exchange) -> list[Fact]:
    kind = exchange.exchange_type
    return [
        Fact(_("Code"), exchange.code, Kind.CODE),
        Fact(_("Type"), kind.name),
        Fact(pgettext_lazy("voice", "City"), exchange.city.name),
        Fact(_("Area code"), exchange.area_code, Kind.CODE),
        Fact(_("Largest Centrex group"), kind.largest_group, Kind.NUMBER),
    ]


def _place_of(pk: int) -> str:
    return reverse("numbering-exchange-record", args=[pk])
