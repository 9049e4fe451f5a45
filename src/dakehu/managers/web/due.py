"""Accounts due for a visit, and the rules by which they fall due."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dakehu.customers.api import Customer, Grade
from dakehu.infra.access.api import Actor
from dakehu.infra.clock import now
from dakehu.infra.ui.api import (
    Action,
    ChoiceFilter,
    Column,
    CustomFilter,
    EmptyState,
    FormPage,
    Kind,
    ListSpec,
    PickField,
    actor_of,
    form_page,
    list_view,
    page,
)
from dakehu.kernel.clock import day_of
from dakehu.managers.domain.frequency import Frequency
from dakehu.managers.permissions import Permission
from dakehu.managers.selectors.due import accounts_due, frequencies, with_next_and_last
from dakehu.managers.services.promises import frequencies_set
from dakehu.managers.web.forms import RulesForm, number_from
from dakehu.managers.web.visits import whose_field
from dakehu.organisation.api import dictionary_label

_SMALLEST = 5


def grade_word(grade: int) -> str:
    return dictionary_label("customer_grade", Grade(grade).entry)


def _due(actor: Actor) -> QuerySet[Customer]:
    """A manager's own accounts; for who leads or looks on, all of their view."""
    moment = now()
    rows = with_next_and_last(accounts_due(day_of(moment)), moment).select_related("owner")
    own = actor.may(Permission.VISIT_PLAN) and not actor.may(Permission.VISIT_COMMENT)
    return rows.filter(owner_id=actor.user_id) if own else rows


def _of_owner(rows: QuerySet[Customer], user_id: str) -> QuerySet[Customer]:
    return rows.filter(owner_id=number_from(user_id))


DUE = ListSpec[Customer](
    name="managers.due",
    title=gettext_lazy("Visits due"),
    permission=Permission.VISIT_VIEW,
    noun="customer",
    queryset=_due,
    columns=[
        Column("name", gettext_lazy("Customer"), Kind.LINK, sort="name_sort"),
        Column("grade", gettext_lazy("Grade"), value=lambda row: grade_word(row.grade)),
        Column(
            "monthly_revenue_fen",
            gettext_lazy("Monthly revenue, yuan"),
            Kind.MONEY,
            sort="monthly_revenue_fen",
        ),
        Column(
            "visits",
            gettext_lazy("Paid / wanted"),
            Kind.CODE,
            value=lambda row: f"{getattr(row, 'made')} / {getattr(row, 'wanted')}",  # noqa: B009 - annotations
        ),
        Column("last_visit", gettext_lazy("Last visit"), Kind.MOMENT),
        Column("next_visit", gettext_lazy("Next planned"), Kind.MOMENT),
        Column("owner__name", gettext_lazy("Manager")),
        Column(
            "plan",
            gettext_lazy("Plan"),
            value=lambda _row: _("Plan a visit"),
            url=lambda row: f"{reverse('managers-visit-create')}?customer={row.pk}",
        ),
    ],
    # The customers' own indexes lead through it: by grade there would be none at a city's size.
    sort="-monthly_revenue_fen",
    filters=[
        ChoiceFilter(
            "grade",
            gettext_lazy("Grade"),
            choices=lambda _actor: [(str(rule.grade), grade_word(rule.grade)) for rule in frequencies()],
        ),
        CustomFilter("whose", gettext_lazy("Manager"), field=whose_field, apply=_of_owner),
        CustomFilter(
            "owner",
            gettext_lazy("Manager by name"),
            quick=False,
            field=lambda _actor: PickField(source="managers_person", required=False),
            apply=_of_owner,
        ),
    ],
    row_url=lambda row: reverse("customers-customer-record", args=[row.pk]),
    actions=[Action(gettext_lazy("How often"), "managers-rules-change", Permission.VISIT_RULES, "repeat")],
    empty=EmptyState(
        gettext_lazy("No account is due"),
        gettext_lazy("Every account has had its visits of this period."),
        "calendar-check",
    ),
    note=gettext_lazy("Accounts with fewer logged visits in this month or quarter than their grade asks."),
)
visit_due = list_view(DUE)


@page(Permission.VISIT_RULES, methods=("GET", "POST"))
def rules_edit(request: HttpRequest) -> HttpResponse:
    """How many visits each grade gets, in how many months."""
    actor = actor_of(request)
    held = {rule.grade: rule for rule in frequencies()}
    rules = [held.get(grade, Frequency(grade, 0, 1)) for grade in range(1, _SMALLEST + 1)]
    form = RulesForm(request.POST or None, rules=[(rule, grade_word(rule.grade)) for rule in rules])

    def save(_values: dict[str, Any]) -> str:
        frequencies_set(actor=actor, rules=form.rules())
        return reverse("managers-due")

    title = _("How often accounts are visited")
    note = _("0: accounts of this grade never fall due.")
    back = reverse("managers-due")
    return form_page(request, FormPage(title, form, note=note, back=back, done=_("Saved.")), save)
