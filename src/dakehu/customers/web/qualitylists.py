"""Lists of data quality: accounts by score, faults, tasks of filling in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.customers.models import AccountQuality, QualityFault, QualityReminder
from dakehu.customers.permissions import Permission
from dakehu.customers.subjects import known_subjects, subject_label
from dakehu.customers.web.qualitywords import KINDS, REMINDERS
from dakehu.customers.web.words import GRADES, grade_choices, url_of
from dakehu.infra.access.api import SEGMENT, Actor, Scope, ScopeRule, visible
from dakehu.infra.ui.api import (
    Action,
    ChoiceFilter,
    Column,
    CustomFilter,
    EmptyState,
    Kind,
    ListSpec,
    NumberFilter,
    PickField,
    YesNoFilter,
    list_response,
    page,
)
from dakehu.organisation.api import OrgUnit

_NOBODY = "nobody"


def _unit_filter(asked: str = "") -> CustomFilter:
    """The units two levels below the actor's own, and the one that is asked for: rankings lead to any."""

    def field(actor: Actor) -> forms.ChoiceField:
        depth = actor.scope.depth
        units = visible(OrgUnit.objects.all(), actor, Permission.VIEW).order_by("path")
        choices = [
            (path, "　" * (len(path) // SEGMENT - depth) + name)
            for path, name in units.values_list("path", "short_name")
            if len(path) <= (depth + 2) * SEGMENT or path == asked
        ]
        return forms.ChoiceField(choices=[("", _("Unit")), *choices])

    return CustomFilter("unit", _("Unit"), field=field, apply=_in_unit)


def _in_unit(rows: QuerySet[Any], path: str) -> QuerySet[Any]:
    return rows.filter(Scope(path).condition(ScopeRule()))


def _of_manager(rows: QuerySet[Any], user_id: str) -> QuerySet[Any]:
    return rows.filter(owner_id=int(user_id)) if user_id.isdecimal() else rows.none()


def _with_fault(rows: QuerySet[AccountQuality], subject: str) -> QuerySet[AccountQuality]:
    return rows.filter(pk__in=QualityFault.objects.filter(subject=subject).values("customer_id"))


def _subjects(_actor: Actor) -> list[tuple[str, Any]]:
    return [(subject.name, subject.label) for subject in known_subjects()]


def _search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(customer__name__contains=text.strip())


def _faults(actor: Actor) -> forms.ChoiceField:
    return forms.ChoiceField(choices=[("", pgettext_lazy("quality", "Fault")), *_subjects(actor)])


_ACCOUNT: Column[Any] = Column(
    "customer",
    _("Customer"),
    value=lambda row: row.customer.name,
    url=lambda row: f"{url_of(row.customer_id)}?tab=quality",
)
_UNIT = _unit_filter()
_OWNER = CustomFilter(
    "owner",
    _("Account manager by name"),
    quick=False,
    field=lambda _actor: PickField(source="customers_owner", required=False),
    apply=_of_manager,
)
_GRADE = ChoiceFilter("grade", _("Grade"), choices=lambda _actor: grade_choices())


def _tab(row: Any) -> str:
    return f"{url_of(row.customer_id)}?tab=quality"


def _whose_filter() -> CustomFilter:
    """One's own, or nobody's."""
    return CustomFilter(
        "whose",
        _("Account manager"),
        field=lambda actor: forms.ChoiceField(
            choices=[
                ("", _("Account manager")),
                *([(str(actor.user_id), _("My own"))] if actor.user_id is not None else []),
                (_NOBODY, _("Nobody's")),
            ]
        ),
        apply=lambda rows, whose: (
            rows.filter(owner=None) if whose == _NOBODY else rows.filter(owner_id=int(whose))
        ),
    )


ACCOUNTS = ListSpec[AccountQuality](
    name="customers.quality",
    title=_("Accounts by score"),
    permission=Permission.VIEW,
    queryset=lambda _actor: AccountQuality.objects.select_related("customer__org_unit", "owner"),
    columns=[
        _ACCOUNT,
        Column("customer__code", _("Account number"), Kind.CODE),
        Column("grade", _("Grade"), Kind.STATE, states=GRADES),
        Column("score", _("Score"), Kind.NUMBER, sort="score"),
        Column("completeness", _("Complete, per cent"), Kind.NUMBER),
        Column("validity", _("Well-formed, per cent"), Kind.NUMBER),
        Column("freshness", _("Up to date, per cent"), Kind.NUMBER),
        Column("fault_count", pgettext_lazy("quality", "Faults"), Kind.NUMBER),
        Column("owner__name", _("Account manager")),
        Column("customer__org_unit__name", _("Unit")),
    ],
    sort="score",
    filters=[
        CustomFilter(
            "fault",
            pgettext_lazy("quality", "Fault"),
            field=_faults,
            apply=_with_fault,
        ),
        _GRADE,
        _UNIT,
        _whose_filter(),
        YesNoFilter("is_poor", _("Below the bound")),
        _OWNER,
        NumberFilter("score", _("Score")),
    ],
    search=_search,
    search_hint=_("Part of the customer's name"),
    row_url=_tab,
    actions=[
        Action(_("Faults of customer files"), "customers-quality-fault-list", Permission.VIEW, "list-check")
    ],
    empty=EmptyState(
        _("No account is judged yet"),
        _("Accounts get a score as soon as they are on file."),
        "clipboard-check",
    ),
)

FAULTS = ListSpec[QualityFault](
    name="customers.quality-fault",
    title=_("Faults of customer files"),
    permission=Permission.VIEW,
    queryset=lambda _actor: QualityFault.objects.select_related("customer", "owner"),
    columns=[
        _ACCOUNT,
        Column("grade", _("Grade"), Kind.STATE, states=GRADES),
        Column("subject", _("Subject"), value=lambda row: subject_label(row.subject)),
        Column("kind", pgettext_lazy("quality", "Fault"), Kind.STATE, states=KINDS),
        Column("rank", _("Gain, points"), Kind.NUMBER, sort="rank", value=lambda row: row.gain),
        Column("owner__name", _("Account manager")),
        Column("customer__code", _("Account number"), Kind.CODE, shown=False),
    ],
    sort="rank",
    filters=[
        ChoiceFilter("subject", _("Subject"), choices=_subjects),
        ChoiceFilter(
            "kind",
            pgettext_lazy("quality", "Fault"),
            choices=lambda _actor: [(str(kind), badge.label) for kind, badge in KINDS.items()],
        ),
        _GRADE,
        _UNIT,
        _whose_filter(),
        _OWNER,
    ],
    search=_search,
    search_hint=_("Part of the customer's name"),
    row_url=_tab,
    empty=EmptyState(
        _("Nothing is wrong with the files"),
        _("Every account has what the rules of data entry ask for."),
        "circle-check",
    ),
)

TASKS = ListSpec[QualityReminder](
    name="customers.quality-reminder",
    title=_("Tasks of filling in"),
    permission=Permission.VIEW,
    queryset=lambda _actor: QualityReminder.objects.select_related("customer__quality", "owner"),
    columns=[
        _ACCOUNT,
        Column("customer__grade", _("Grade"), Kind.STATE, states=GRADES),
        Column("state", _("State"), Kind.STATE, states=REMINDERS),
        Column("score", _("Score when raised"), Kind.NUMBER),
        Column("now", _("Score now"), Kind.NUMBER, value=lambda row: row.customer.quality.score),
        Column("owner__name", _("Account manager")),
        Column("raised_at", _("Raised"), Kind.MOMENT, sort="raised_at"),
        Column("closed_at", pgettext_lazy("task", "Ended"), Kind.MOMENT),
    ],
    sort="-raised_at",
    filters=[
        ChoiceFilter(
            "state",
            _("State"),
            choices=lambda _actor: [(str(state), badge.label) for state, badge in REMINDERS.items()],
        ),
        _whose_filter(),
    ],
    search=_search,
    search_hint=_("Part of the customer's name"),
    row_url=_tab,
    empty=EmptyState(
        _("No task of filling in"),
        _("Owners get one for every account with a score below the bound."),
        "bell",
    ),
)


def _with_unit(spec: ListSpec[Any], request: HttpRequest) -> ListSpec[Any]:
    asked = _unit_filter(request.GET.get("unit", ""))
    return replace(spec, filters=[asked if each is _UNIT else each for each in spec.filters])


@page(Permission.VIEW)
def account_list(request: HttpRequest) -> HttpResponseBase:
    return list_response(request, _with_unit(ACCOUNTS, request))


@page(Permission.VIEW)
def fault_list(request: HttpRequest) -> HttpResponseBase:
    return list_response(request, _with_unit(FAULTS, request))


@page(Permission.VIEW)
def task_list(request: HttpRequest) -> HttpResponseBase:
    return list_response(request, TASKS)
