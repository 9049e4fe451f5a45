"""Pages of ownership disputes: the case, its claims, the decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dakehu.customers.domain.disputes import DisputeState
from dakehu.customers.models import OwnershipDispute
from dakehu.customers.permissions import RosterPermission
from dakehu.customers.selectors.roster import claims_of, dispute_get
from dakehu.customers.services.disputes import dispute_claim, dispute_decide, dispute_open, dispute_withdraw
from dakehu.customers.services.ownership import today
from dakehu.customers.web.rosterforms import ClaimForm, CloseForm, DecisionForm, DisputeForm
from dakehu.customers.web.rosterwords import DISPUTE_BADGES, dispute_url
from dakehu.customers.web.words import url_of
from dakehu.infra.ui.api import (
    Button,
    Fact,
    FormPage,
    Kind,
    Record,
    Tab,
    actor_of,
    form_page,
    page,
    record_page,
)


@page(RosterPermission.VIEW, methods=("GET",))
def dispute_record(request: HttpRequest, pk: int) -> HttpResponse:
    """One case: who claims the account on what evidence, and how it was decided."""
    case = dispute_get(actor_of(request), pk)
    shown = {"facts": _facts(case), "claims": list(claims_of(case))}
    return record_page(
        request,
        Record(
            noun="dispute",
            object_id=case.pk,
            title=case.customer.name,
            subtitle=_("Ownership dispute"),
            badges=[DISPUTE_BADGES[case.state]],
            buttons=_buttons(case),
            tabs=[Tab("case", pgettext("dispute", "Case"), "customers/dispute.html", shown)],
            back=(_("Ownership disputes"), reverse("customers-dispute-list")),
        ),
    )


@page(RosterPermission.APPLY, methods=("GET", "POST"))
def dispute_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    initial = {"customer": request.GET.get("customer", ""), "claimant": actor.user_id or ""}
    form = DisputeForm(request.POST or None, initial=initial)

    def save(_values: dict[str, Any]) -> str:
        case = dispute_open(actor=actor, customer_id=form.customer_id(), **form.claim())
        return dispute_url(case.pk)

    shown = FormPage(
        _("Open a dispute"),
        form,
        note=_("While the case is open, nothing about the account is approved or reclaimed."),
        back=reverse("customers-dispute-list"),
        done=_("The case is open. Other claimants can file their claims now."),
        noun="dispute",
    )
    return form_page(request, shown, save)


@page(RosterPermission.APPLY, methods=("GET", "POST"))
def claim_new(request: HttpRequest, pk: int) -> HttpResponse:
    form = ClaimForm(request.POST or None, initial={"claimant": actor_of(request).user_id or ""})

    def save(_case: OwnershipDispute, _values: dict[str, Any]) -> None:
        dispute_claim(actor=actor_of(request), dispute_id=pk, **form.claim())

    return _case_form(request, pk, form, _("File a claim"), _("The claim is filed."), save)


@page(RosterPermission.APPROVE, methods=("GET", "POST"))
def dispute_decision(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    case = dispute_get(actor, pk)
    people = {str(claim.claimant_id): claim.claimant.name for claim in claims_of(case)}
    if case.customer.owner:
        people.setdefault(str(case.customer.owner_id), case.customer.owner.name)
    form = DecisionForm(
        request.POST or None, people=list(people.items()), initial={"version": case.version, "since": today()}
    )

    def save(_case: OwnershipDispute, values: dict[str, Any]) -> None:
        dispute_decide(
            actor=actor,
            dispute_id=pk,
            version=values["version"],
            awarded_to=int(values["awarded_to"]),
            decision=values["decision"],
            since=values["since"],
        )

    return _case_form(request, pk, form, _("Decide the dispute"), _("Decided; ownership is written."), save)


@page(RosterPermission.APPLY, methods=("GET", "POST"))
def dispute_close(request: HttpRequest, pk: int) -> HttpResponse:
    case = dispute_get(actor_of(request), pk)
    form = CloseForm(request.POST or None, initial={"version": case.version})

    def save(_case: OwnershipDispute, values: dict[str, Any]) -> None:
        dispute_withdraw(
            actor=actor_of(request), dispute_id=pk, version=values["version"], reason=values["reason"]
        )

    return _case_form(request, pk, form, _("Close without a decision"), _("The case is closed."), save)


def _case_form(
    request: HttpRequest,
    pk: int,
    form: forms.Form,
    title: str,
    done: str,
    act: Callable[[OwnershipDispute, dict[str, Any]], None],
) -> HttpResponse:
    case = dispute_get(actor_of(request), pk)

    def save(values: dict[str, Any]) -> str:
        act(case, values)
        return dispute_url(pk)

    shown = FormPage(
        f"{title}：{case.customer.name}", form, submit=title, back=dispute_url(pk), done=done, noun="dispute"
    )
    return form_page(request, shown, save)


def _facts(case: OwnershipDispute) -> list[Fact]:
    owner = case.customer.owner
    return [
        Fact(_("Customer"), case.customer.name, url=url_of(case.customer_id)),
        Fact(_("Present owner"), owner.name if owner else None),
        Fact(_("Opened by"), case.opened_by.name if case.opened_by else None),
        Fact(_("Opened"), case.opened_at, Kind.MOMENT),
        Fact(_("Awarded to"), case.awarded_to.name if case.awarded_to else None),
        Fact(_("From day"), case.since, Kind.DATE),
        Fact(_("Decision"), case.decision),
        Fact(_("Decided by"), case.decided_by.name if case.decided_by else None),
        Fact(_("Decided"), case.decided_at, Kind.MOMENT),
    ]


def _buttons(case: OwnershipDispute) -> list[Button]:
    if case.state != DisputeState.OPEN:
        return []

    def at(name: str) -> str:
        return reverse(f"customers-dispute-{name}", args=[case.pk])

    return [
        Button(_("Decide"), at("decide"), "gavel", RosterPermission.APPROVE, is_primary=True),
        Button(_("File a claim"), at("claim"), "file-plus", RosterPermission.APPLY),
        Button(
            _("Close without a decision"),
            at("close"),
            "archive",
            RosterPermission.APPLY,
            is_dangerous=True,
            dialog=True,
        ),
    ]
