"""Calls, their charges, and the tariffs behind them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from dakehu.charging.models import Tariff, Usage
from dakehu.charging.permissions import TariffPermission, UsagePermission
from dakehu.charging.selectors.usage import usage_get, usage_summary
from dakehu.charging.services.tariffs import tariff_publish
from dakehu.charging.web.forms import TariffForm
from dakehu.charging.web.lists import TARIFFS, USAGES, usages_of
from dakehu.charging.web.trace import rules
from dakehu.charging.web.whatif import asked_again
from dakehu.charging.web.words import CAUSES, class_label, talk
from dakehu.customers.api import customer_get
from dakehu.infra.clock import now
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
    is_fragment,
    list_response,
    list_view,
    page,
    record_page,
    target_id,
)
from dakehu.kernel.errors import NotFound
from dakehu.numbering.api import LinePermission
from dakehu.switch.records import EndCause

usage_list = list_view(USAGES)
tariff_list = list_view(TARIFFS)


@page(UsagePermission.VIEW, methods=("GET",))
def usage_record(request: HttpRequest, pk: int) -> HttpResponse:
    """One call: who, whom, how long, how much, and which rules led it there."""
    usage = usage_get(actor_of(request), pk)
    context = {"facts": _facts(usage), "rules": rules(usage.trace)}
    return record_page(
        request,
        Record(
            noun="usage",
            object_id=usage.pk,
            title=f"{usage.calling_number} → {usage.called_number or usage.dialled}",
            subtitle=usage.customer.name if usage.customer else "",
            badges=[CAUSES[EndCause(usage.cause)]],
            figures=[
                Figure(_("Talk time"), talk(usage.talk_ms) or None),
                Figure(_("Charge"), usage.charge_fen, Kind.MONEY, unit=_("yuan")),
                Figure(_("Class of call"), class_label(usage.call_class)),
            ],
            tabs=[Tab("call", _("Call"), "charging/usage_facts.html", context)],
            buttons=_buttons(usage),
            back=(_("Calls and charges"), reverse("charging-usage-list")),
            has_timeline=False,
        ),
    )


def _buttons(usage: Usage) -> list[Button]:
    """A call that another network brought has no calling line of ours to ask for."""
    if usage.customer_id is None:
        return []
    return [Button(_("Ask again today"), asked_again(usage), "help-circle", LinePermission.VIEW)]


def _facts(usage: Usage) -> list[Fact]:
    customer = usage.customer
    url = reverse("customers-customer-record", args=[customer.pk]) if customer else ""
    return [
        Fact(_("Customer"), customer.name if customer else None, url=url),
        Fact(_("Calling line"), usage.calling_number, Kind.CODE),
        Fact(_("Dialled"), usage.dialled, Kind.CODE),
        Fact(_("Called line"), usage.called_number, Kind.CODE),
        Fact(_("Shown to the called side"), usage.shown_number, Kind.CODE),
        Fact(_("Began"), usage.began_at, Kind.MOMENT),
        Fact(_("Answered at"), usage.answered_at, Kind.MOMENT),
        Fact(_("Ended"), usage.ended_at, Kind.MOMENT),
        Fact(_("Last SIP status"), usage.status or None, Kind.CODE),
        Fact(_("Tariff"), usage.tariff.name, url=reverse("charging-tariff-record", args=[usage.tariff_id])),
        Fact(_("Record"), usage.record_id, Kind.CODE),
    ]


@page(UsagePermission.VIEW, methods=("GET",))
def customer_panel(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The tab on a customer's record: this month's figures and the calls."""
    actor = actor_of(request)
    customer = customer_get(actor, pk)
    calls = list_response(request, usages_of(customer.pk), embedded=True)
    if "_export" in request.GET or (is_fragment(request) and target_id(request) != "record-tab"):
        return calls
    summary = usage_summary(actor, customer.pk, now())
    figures = [
        Figure(_("Calls this month"), summary.calls, Kind.NUMBER),
        Figure(_("Answered"), summary.answered, Kind.NUMBER),
        Figure(_("Talk time"), talk(summary.talk_ms) or None),
        Figure(_("Charges"), summary.charge_fen, Kind.MONEY, unit=_("yuan")),
    ]
    drawn = calls.content.decode() if isinstance(calls, HttpResponse) else ""
    return render(request, "charging/customer_panel.html", {"figures": figures, "calls": drawn})


@page(TariffPermission.VIEW, methods=("GET",))
def tariff_record(request: HttpRequest, pk: int) -> HttpResponse:
    """One tariff: the price of each class of call."""
    tariff = Tariff.objects.prefetch_related("rates").filter(pk=pk).first()
    if tariff is None:
        raise NotFound(noun="tariff", id=str(pk))
    rates = [
        {
            "label": class_label(rate.call_class),
            "first_s": rate.first_s,
            "first": f"{rate.first_hao / 10_000:.4f}",
            "unit_s": rate.unit_s,
            "unit": f"{rate.unit_hao / 10_000:.4f}",
            "is_free": not (rate.first_hao or rate.unit_hao),
        }
        for rate in tariff.rates.all()
    ]
    return record_page(
        request,
        Record(
            noun="tariff",
            object_id=tariff.pk,
            title=tariff.name,
            figures=[Figure(_("In force from"), tariff.effective_from, Kind.DATE)],
            tabs=[Tab("rates", _("Rates"), "charging/tariff_rates.html", {"rates": rates})],
            back=(_("Tariffs"), reverse("charging-tariff-list")),
        ),
    )


@page(TariffPermission.PUBLISH, methods=("GET", "POST"))
def tariff_create(request: HttpRequest) -> HttpResponse:
    """A new tariff, begun from the prices of the latest."""
    form = TariffForm(request.POST or None, latest=Tariff.objects.order_by("effective_from").last())

    def save(values: dict[str, Any]) -> str:
        tariff = tariff_publish(
            actor=actor_of(request),
            name=values["name"],
            effective_from=values["effective_from"],
            rates=form.rates(),
        )
        return reverse("charging-tariff-record", args=[tariff.pk])

    return form_page(
        request,
        FormPage(
            title=_("New tariff"),
            form=form,
            groups=form.groups(),
            submit=_("Publish"),
            back=reverse("charging-tariff-list"),
            note=_("A published tariff is never changed; it is followed by a later one."),
            done=_("The tariff is published."),
            noun="tariff",
        ),
        save,
    )
