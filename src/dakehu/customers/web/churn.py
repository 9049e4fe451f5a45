"""Churn warnings: their list and record, the tab of a customer, thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dakehu.customers.domain.churn import (
    LIVE,
    WARNING_STATES,
    WarningEvent,
    WarningState,
    evidence_from,
)
from dakehu.customers.models import ChurnWarning
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.churn import live, signals_in_force, warning_get, warnings_for, warnings_of
from dakehu.customers.selectors.customers import customer_get
from dakehu.customers.services.churn import threshold_set, warning_move
from dakehu.customers.signals import evidence_words
from dakehu.customers.tasks import start_watch
from dakehu.customers.web.words import GRADES, grade_choices, url_of
from dakehu.customers.web.worth_words import WARNING_BADGES, WARNING_MOVES
from dakehu.infra.access.api import Actor
from dakehu.infra.ui.api import (
    Action,
    Button,
    ChoiceFilter,
    Column,
    CustomFilter,
    DateFilter,
    EmptyState,
    Fact,
    FormPage,
    Kind,
    ListSpec,
    NumberField,
    Record,
    Tab,
    TileBody,
    TileRow,
    VersionField,
    actor_of,
    form_page,
    go_to,
    list_view,
    page,
    record_page,
    rows_tile,
)
from dakehu.kernel.errors import NotFound

_LIVE, _MINE = "live", "mine"
_TILE_ROWS = 6


def warning_url(row: ChurnWarning) -> str:
    return reverse("customers-warning-record", args=[row.pk])


def evidence_of(row: ChurnWarning) -> list[str]:
    """Each piece of evidence as a sentence."""
    return [evidence_words(evidence_from(each)) for each in row.evidence]


def _states(_actor: Actor) -> forms.ChoiceField:
    states = [(str(state), badge.label) for state, badge in WARNING_BADGES.items()]
    return forms.ChoiceField(
        choices=[("", gettext_lazy("State")), (_LIVE, gettext_lazy("To be worked on")), *states]
    )


def _in_state(rows: QuerySet[ChurnWarning], state: str) -> QuerySet[ChurnWarning]:
    return live(rows) if state == _LIVE else rows.filter(state=state)


def _whose(actor: Actor) -> forms.ChoiceField:
    mine = [(f"{_MINE}:{actor.user_id}", gettext_lazy("Mine"))] if actor.user_id is not None else []
    return forms.ChoiceField(
        choices=[
            ("", gettext_lazy("Who looks after it")),
            *mine,
            ("nobody", pgettext_lazy("warning", "Nobody")),
        ]
    )


def _of(rows: QuerySet[ChurnWarning], whose: str) -> QuerySet[ChurnWarning]:
    kind, _colon, user_id = whose.partition(":")
    return rows.filter(owner_id=int(user_id)) if kind == _MINE else rows.filter(owner=None)


WARNINGS = ListSpec[ChurnWarning](
    name="customers.warning",
    title=gettext_lazy("Churn warnings"),
    permission=Permission.VIEW,
    noun="churnwarning",
    queryset=lambda _actor: ChurnWarning.objects.select_related("customer", "owner"),
    columns=[
        Column("customer__name", gettext_lazy("Customer name"), Kind.LINK),
        Column("customer__grade", gettext_lazy("Grade"), Kind.STATE, states=GRADES),
        Column("evidence", gettext_lazy("Evidence"), value=lambda row: str(_("; ")).join(evidence_of(row))),
        Column("state", gettext_lazy("State"), Kind.STATE, states=WARNING_BADGES),
        Column("customer__monthly_revenue_fen", gettext_lazy("Monthly revenue, yuan"), Kind.MONEY),
        Column("owner__name", gettext_lazy("Who looks after it")),
        Column("raised_at", gettext_lazy("Raised"), Kind.MOMENT, sort="raised_at"),
        Column("outcome", gettext_lazy("Outcome"), shown=False),
        Column("closed_at", pgettext_lazy("warning", "Closed"), Kind.MOMENT, shown=False),
        Column("customer__code", gettext_lazy("Account number"), Kind.CODE, shown=False),
    ],
    sort="-raised_at",
    filters=[
        CustomFilter("state", gettext_lazy("State"), field=_states, apply=_in_state),
        CustomFilter("whose", gettext_lazy("Who looks after it"), field=_whose, apply=_of),
        ChoiceFilter(
            "grade", gettext_lazy("Grade"), path="customer__grade", choices=lambda _actor: grade_choices()
        ),
        DateFilter("raised_at", gettext_lazy("Raised")),
    ],
    search=lambda rows, text: rows.filter(customer__name__icontains=text),
    search_hint=gettext_lazy("Part of the customer's name"),
    row_url=warning_url,
    actions=[
        Action(
            gettext_lazy("Thresholds"),
            "customers-threshold-list",
            Permission.GRADING,
            "adjustments-horizontal",
        )
    ],
    empty=EmptyState(
        gettext_lazy("No warnings"),
        gettext_lazy("Each night the accounts in service are looked at for signs that they may be lost."),
        "bell",
    ),
)
warning_list = list_view(WARNINGS)


@page(Permission.VIEW, methods=("GET",))
def warning_record(request: HttpRequest, pk: int) -> HttpResponse:
    """One warning: its evidence, who looks after it, what came of it."""
    row = warning_get(actor_of(request), pk)
    owner = row.owner.name if row.owner else pgettext_lazy("warning", "Nobody")
    facts = [
        Fact(_("Customer name"), row.customer.name, url=url_of(row.customer_id)),
        Fact(_("Unit"), row.customer.org_unit.name),
        Fact(_("Who looks after it"), owner),
        Fact(_("Raised"), row.raised_at, Kind.MOMENT),
        Fact(_("Evidence last looked at"), row.seen_at, Kind.MOMENT),
        Fact(pgettext_lazy("warning", "Closed"), row.closed_at, Kind.MOMENT),
        Fact(_("Outcome"), row.outcome),
    ]
    context = {"evidence": evidence_of(row), "facts": facts}
    return record_page(
        request,
        Record(
            noun="churnwarning",
            object_id=row.pk,
            title=row.customer.name,
            subtitle=_("Churn warning"),
            badges=[WARNING_BADGES[row.state], GRADES[str(row.customer.grade)]],
            tabs=[Tab("evidence", _("Evidence"), "customers/warning.html", context)],
            buttons=_buttons(row),
            back=(_("Churn warnings"), reverse("customers-warning-list")),
        ),
    )


@page(Permission.VIEW, methods=("GET",))
def warning_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The tab of a customer: its warnings with their evidence, the live one first."""
    actor = actor_of(request)
    rows = list(warnings_of(actor, customer_get(actor, pk))[:20])
    rows.sort(key=lambda row: row.state not in LIVE)
    shown = [(row, WARNING_BADGES[row.state], evidence_of(row)) for row in rows]
    return render(request, "customers/warning_panel.html", {"warnings": shown})


@page(Permission.WARNING, methods=("POST",))
def warning_take(request: HttpRequest, pk: int) -> HttpResponse:
    version = request.POST.get("version", "")
    row = warning_move(
        actor=actor_of(request),
        warning_id=pk,
        version=int(version) if version.isdecimal() else 0,
        event=WarningEvent.TAKE,
    )
    messages.success(request, _("The warning is in your hands."))
    return go_to(request, warning_url(row))


class OutcomeForm(forms.Form):
    """What came of a warning."""

    outcome = forms.CharField(
        label=gettext_lazy("Outcome"),
        max_length=400,
        help_text=gettext_lazy("What you found and what was done"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = VersionField()


@page(Permission.WARNING, methods=("GET", "POST"))
def warning_close(request: HttpRequest, pk: int, event: str) -> HttpResponse:
    """Close a warning as saved, lost or a false alarm, with the outcome in words."""
    if event not in set(WarningEvent) - {WarningEvent.TAKE}:
        raise NotFound(noun="event", id=event)
    actor = actor_of(request)
    row = warning_get(actor, pk)
    form = OutcomeForm(request.POST or None, initial={"version": row.version})

    def save(values: dict[str, Any]) -> str:
        warning_move(
            actor=actor, warning_id=pk, version=values["version"], event=WarningEvent(event),
            outcome=values["outcome"],
        )  # fmt: skip
        return warning_url(row)

    label = WARNING_MOVES[WarningEvent(event)][0]
    title = f"{row.customer.name}: {label}"
    return form_page(
        request, FormPage(title, form, back=warning_url(row), done=_("Saved."), noun="churnwarning"), save
    )


class ThresholdForm(forms.Form):
    """From which measure a signal warns."""

    value = NumberField(label=gettext_lazy("Warns from"), min_value=1)
    is_active = forms.BooleanField(label=gettext_lazy("In force"), required=False)
    version = VersionField(required=False)


@page(Permission.GRADING, methods=("GET",))
def threshold_list(request: HttpRequest) -> HttpResponse:
    context = {"title": _("Thresholds of churn warning"), "signals": signals_in_force()}
    return render(request, "customers/thresholds.html", context)


@page(Permission.GRADING, methods=("GET", "POST"))
def threshold_edit(request: HttpRequest, signal: str) -> HttpResponse:
    actor = actor_of(request)
    held = next((each for each in signals_in_force() if each.signal.name == signal), None)
    if held is None:
        raise NotFound(noun="signal", id=signal)
    initial = {"value": held.threshold, "is_active": held.is_active, "version": held.version}
    form = ThresholdForm(request.POST or None, initial=initial)
    form.fields["value"].help_text = str(held.signal.unit)
    back = reverse("customers-threshold-list")

    def save(values: dict[str, Any]) -> str:
        threshold_set(
            actor=actor, signal=signal, value=values["value"], is_active=values["is_active"],
            version=values["version"] or 0,
        )  # fmt: skip
        return back

    shown = FormPage(held.signal.label, form, back=back, done=_("Saved."), noun="churnthreshold")
    return form_page(request, shown, save)


@page(Permission.GRADING, methods=("POST",))
def watch_all(request: HttpRequest) -> HttpResponse:
    """Have all accounts that the actor sees looked at in the background."""
    return go_to(request, reverse("ui-job-record", args=[start_watch(actor_of(request)).pk]))


def warnings_tile(actor: Actor) -> TileBody:
    """Live warnings: the actor's own, or of those without any the latest of their view."""
    rows = live(warnings_for(actor)).order_by("-raised_at", "-pk")
    mine = list(rows.filter(owner_id=actor.user_id)[:_TILE_ROWS]) if actor.user_id is not None else []
    found: Sequence[ChurnWarning] = mine or list(rows[:_TILE_ROWS])
    shown = [
        TileRow(
            row.customer.name, warning_url(row), next(iter(evidence_of(row)), ""), WARNING_BADGES[row.state]
        )
        for row in found
    ]
    return rows_tile(shown, empty=_("No account shows signs of being lost."))


def _buttons(row: ChurnWarning) -> list[Button]:
    buttons = []
    for event in WARNING_STATES.events(WarningState(row.state)):
        label, icon = WARNING_MOVES[event]
        if event is WarningEvent.TAKE:
            url = reverse("customers-warning-take", args=[row.pk])
            fields = {"version": row.version}
            buttons.append(
                Button(label, url, icon, Permission.WARNING, is_primary=True, post=True, fields=fields)
            )
        else:
            url = reverse("customers-warning-close", args=[row.pk, event])
            buttons.append(Button(label, url, icon, Permission.WARNING, dialog=True))
    return buttons
