"""Pages of the named-account list: application, entry, steps, the rule, the tab of a customer."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dakehu.customers.domain.duplicates import Duplicate
from dakehu.customers.domain.roster import (
    CURRENT,
    ENTRY_STATES,
    OPEN,
    REASONED,
    WHOLE,
    EntryEvent,
    EntryState,
)
from dakehu.customers.models import Customer, RosterEntry, RosterShare
from dakehu.customers.permissions import RosterPermission
from dakehu.customers.selectors.customers import customer_get, customers_for
from dakehu.customers.selectors.duplicates import duplicates_of
from dakehu.customers.selectors.roster import entries_of, entry_get, periods_of, reclaim_rule, shares_of
from dakehu.customers.services.reclaiming import reclaim_rule_set
from dakehu.customers.services.roster import RIGHTS, roster_apply, roster_step
from dakehu.customers.web.rosterforms import SHARES, ApplicationForm, RuleForm, StepForm
from dakehu.customers.web.rosterwords import CRITERIA, DONE, STATES, STEPS, entry_url
from dakehu.customers.web.words import url_of
from dakehu.infra.access.api import Actor
from dakehu.infra.ui.api import (
    Button,
    Fact,
    FormPage,
    Group,
    Kind,
    Record,
    Tab,
    actor_of,
    form_page,
    page,
    record_page,
)
from dakehu.kernel.errors import NotFound

_SHOWN = 100


@page(RosterPermission.VIEW, methods=("GET",))
def entry_record(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry: who, by which criterion, with whom, and every step with its reason in the timeline."""
    actor = actor_of(request)
    entry = entry_get(actor, pk)
    shares = list(shares_of(entry))
    found = _like(actor, entry.customer) if entry.state in OPEN else []
    shown = {
        "facts": _facts(entry),
        "shares": shares,
        "owners": _owners(shares),
        "entry": entry,
        "found": found,
    }
    return record_page(
        request,
        Record(
            noun="roster",
            object_id=entry.pk,
            title=entry.customer.name,
            subtitle=f"{entry.customer.code} · {entry.customer.org_unit.name}",
            badges=[STATES[entry.state]],
            buttons=_buttons(entry),
            tabs=[Tab("entry", pgettext("roster", "Entry"), "customers/roster_entry.html", shown)],
            back=(_("Named-account list"), reverse("customers-roster-list")),
        ),
    )


@page(RosterPermission.APPLY, methods=("GET", "POST"))
def entry_new(request: HttpRequest) -> HttpResponse:
    """An application for `?customer=`, or for the one that is chosen."""
    actor = actor_of(request)
    sent = request.POST.get("customer") or request.GET.get("customer", "")
    customer = customers_for(actor).filter(pk=sent).first() if sent.isdecimal() else None
    found = _like(actor, customer) if customer else []
    form = ApplicationForm(
        request.POST or None,
        asks=bool(found),
        initial={"customer": sent, "owner": actor.user_id or ""},
    )

    def save(_values: dict[str, Any]) -> str:
        return entry_url(roster_apply(actor=actor, application=form.application()).pk)

    partners = [name for n in range(1, SHARES + 1) for name in (f"partner_{n}", f"percent_{n}")]
    asked = ["customer", "owner", "criterion", "reason", *(["duplicates_seen"] if found else [])]
    shown = FormPage(
        _("Apply for a named account"),
        form,
        [
            Group(_("The account and its owner"), asked),
            Group(
                _("Collaborators"),
                partners,
                note=_("The owner has what the shares leave of 100 per cent."),
            ),
        ],
        submit=pgettext("roster", "Apply"),
        note=_("The team leader reviews it, the director approves it. An account on the list is adjusted."),
        back=reverse("customers-roster-list"),
        done=_("Applied. It waits for its review now."),
        noun="roster",
        template="customers/roster_form.html",
        context={"found": found},
    )
    return form_page(request, shown, save)


@page(RosterPermission.VIEW, methods=("GET", "POST"))
def entry_step(request: HttpRequest, pk: int, event: str) -> HttpResponse:
    """One step, with its remark; the service asks for the step's own right."""
    actor = actor_of(request)
    entry = entry_get(actor, pk)
    if event not in STEPS:
        raise NotFound(noun="event", id=event)
    step = EntryEvent(event)
    label, _icon = STEPS[step]
    form = StepForm(request.POST or None, is_reasoned=step in REASONED, initial={"version": entry.version})

    def save(values: dict[str, Any]) -> str:
        roster_step(actor=actor, entry_id=pk, version=values["version"], event=step, reason=values["reason"])
        return entry_url(pk)

    shown = FormPage(
        f"{label}：{entry.customer.name}",
        form,
        submit=label,
        back=entry_url(pk),
        done=DONE[step],
        noun="roster",
    )
    return form_page(request, shown, save)


@page(RosterPermission.RULES, methods=("GET", "POST"))
def rule_change(request: HttpRequest) -> HttpResponse:
    actor, row = actor_of(request), reclaim_rule()
    names = ("idle_days", "grace_days", "rest_days", "version")
    form = RuleForm(request.POST or None, initial={name: getattr(row, name) for name in names})

    def save(values: dict[str, Any]) -> str:
        reclaim_rule_set(actor=actor, version=values["version"], days=form.days())
        return reverse("customers-roster-list")

    shown = FormPage(
        _("Rule of reclaiming"),
        form,
        note=_("An account on the list that nobody visits or sells to is warned, then returned to the pool."),
        back=reverse("customers-roster-list"),
        done=_("Saved. Every account on the list is looked at again by these days."),
        noun="rosterrule",
    )
    return form_page(request, shown, save)


@page(RosterPermission.VIEW, methods=("GET",))
def customer_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The tab on a customer's record: who owned it when, and its entries."""
    actor = actor_of(request)
    customer = customer_get(actor, pk)
    rows = list(entries_of(actor, customer.pk)[:_SHOWN])
    context = {
        "customer": customer,
        "periods": list(periods_of(actor, customer.pk)[:_SHOWN]),
        "entries": [{"row": row, "badge": STATES[row.state]} for row in rows],
        "is_listed": any(row.state in CURRENT for row in rows),
        "may_apply": actor.may(RosterPermission.APPLY),
    }
    return render(request, "customers/ownership_panel.html", context)


def _like(actor: Actor, customer: Customer) -> list[Duplicate]:
    return duplicates_of(actor, name=customer.name, credit_code=customer.credit_code, other_than=customer.pk)


def _owners(shares: list[RosterShare]) -> int:
    return WHOLE - sum(share.percent for share in shares)


def _facts(entry: RosterEntry) -> list[Fact]:
    previous = entry.previous_id
    present = entry.customer.owner
    return [
        Fact(_("Customer"), entry.customer.name, url=url_of(entry.customer_id)),
        Fact(_("Owner"), entry.owner.name),
        Fact(_("Present owner"), present.name if present else None),
        Fact(_("Criterion"), str(CRITERIA.get(entry.criterion, ""))),
        Fact(_("Reason"), entry.reason),
        Fact(_("Asked by"), entry.asked_by.name if entry.asked_by else None),
        Fact(_("Applied"), entry.applied_at, Kind.MOMENT),
        Fact(_("From day"), entry.since, Kind.DATE),
        Fact(_("Until day"), entry.until, Kind.DATE),
        Fact(_("Warned on"), entry.warned_on, Kind.DATE),
        Fact(_("Looked at again on"), entry.check_on, Kind.DATE),
        Fact(_("Remark on the step"), entry.last_reason),
        Fact(
            _("Adjusts"),
            _("the entry before it") if previous else None,
            url=entry_url(previous) if previous else "",
        ),
    ]


def _buttons(entry: RosterEntry) -> list[Button]:
    found = [
        Button(
            STEPS[event][0],
            reverse("customers-roster-step", args=[entry.pk, event]),
            STEPS[event][1],
            RIGHTS[event],
            is_primary=event in (EntryEvent.REVIEW, EntryEvent.APPROVE),
            is_dangerous=event in (EntryEvent.REJECT, EntryEvent.LEAVE),
            dialog=True,
        )
        for event in ENTRY_STATES.events(EntryState(entry.state))
        if event in STEPS
    ]
    customer = f"?customer={entry.customer_id}"
    if entry.state in CURRENT:
        apply = reverse("customers-roster-create") + customer
        found.append(Button(pgettext("roster", "Adjust"), apply, "replace", RosterPermission.APPLY))
    if entry.state in (*CURRENT, *OPEN):
        dispute = reverse("customers-dispute-create") + customer
        found.append(Button(_("Open a dispute"), dispute, "scale", RosterPermission.APPLY))
    return found
