"""Appeals against closed figures: the list, the decision, taking one back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dakehu.infra.ui.api import (
    ChoiceFilter,
    Column,
    EmptyState,
    FormPage,
    Kind,
    ListSpec,
    actor_of,
    form_page,
    go_to,
    list_view,
    page,
)
from dakehu.managers.domain.contract_states import AppealEvent
from dakehu.managers.domain.figures import figure_text
from dakehu.managers.domain.indicators import INDICATORS, Code
from dakehu.managers.models import Appeal
from dakehu.managers.naming import indicator_name
from dakehu.managers.permissions import PerformancePermission
from dakehu.managers.selectors.performance import appeal_get, appeals_seen
from dakehu.managers.services.appeals import appeal_decide, appeal_withdraw
from dakehu.managers.web.forms import number_from
from dakehu.managers.web.performance_forms import DecisionForm
from dakehu.managers.web.performance_words import APPEALS, figure_url, figure_words, states
from dakehu.managers.web.words import choices


def _words(row: Appeal, value: int | None) -> str:
    return figure_words(INDICATORS[Code(row.figure.indicator)].unit, value)


def _url(row: Appeal) -> str:
    result = row.figure.result
    return figure_url(result.contract_id, result.month, row.figure.indicator)


APPEAL_LIST = ListSpec[Appeal](
    name="managers.appeal",
    title=gettext_lazy("Appeals"),
    permission=PerformancePermission.VIEW,
    noun="performance",
    queryset=appeals_seen,
    columns=[
        Column("opened_at", gettext_lazy("Appealed on"), Kind.MOMENT, sort="opened_at"),
        Column("manager__name", gettext_lazy("Manager"), Kind.LINK, sort="manager__pinyin"),
        Column("figure__result__month", gettext_lazy("Month"), Kind.CODE),
        Column(
            "indicator", gettext_lazy("Indicator"), value=lambda row: indicator_name(row.figure.indicator)
        ),
        Column(
            "first",
            gettext_lazy("Achieved at the close"),
            value=lambda row: _words(row, row.figure.first_value),
        ),
        Column("wanted", gettext_lazy("The figure should be"), value=lambda row: _words(row, row.wanted)),
        Column("corrected", gettext_lazy("Corrected figure"), value=lambda row: _words(row, row.corrected)),
        Column("reason", gettext_lazy("Reason")),
        Column("state", pgettext_lazy("appeal", "State"), Kind.STATE, states=states(APPEALS)),
        Column("decision", gettext_lazy("Decision"), shown=False),
        Column("decided_by", pgettext_lazy("appeal", "Decided by"), shown=False),
    ],
    sort="-opened_at",
    filters=[
        ChoiceFilter("state", pgettext_lazy("appeal", "State"), choices=lambda _actor: choices(APPEALS))
    ],
    row_url=_url,
    empty=EmptyState(
        gettext_lazy("No appeal"),
        gettext_lazy("A manager appeals from the figure of a closed month, within the days allowed."),
        "message-report",
    ),
)
appeal_list = list_view(APPEAL_LIST)


@page(PerformancePermission.DECIDE, methods=("GET", "POST"))
def appeal_end(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    row = appeal_get(actor, pk, PerformancePermission.DECIDE)
    unit = INDICATORS[Code(row.figure.indicator)].unit
    initial = {"version": row.version, "corrected": figure_text(unit, row.wanted, thousands=False)}
    form = DecisionForm(request.POST or None, unit=unit, initial=initial)

    def save(values: dict[str, Any]) -> str:
        appeal_decide(
            actor=actor,
            appeal_id=pk,
            version=values["version"],
            event=AppealEvent(values["event"]),
            decision=values["decision"],
            corrected=form.corrected_figure(),
        )
        return _url(row)

    title = _("Appeal of %(name)s: %(indicator)s, %(month)s") % {
        "name": row.manager.name,
        "indicator": indicator_name(row.figure.indicator),
        "month": row.figure.result.month,
    }
    note = _("Closed as %(figure)s. “%(reason)s”") % {
        "figure": _words(row, row.figure.first_value) or "–",
        "reason": row.reason,
    }
    shown = FormPage(title, form, back=_url(row), note=note, submit=_("Decide"), done=_("Decided."))
    return form_page(request, shown, save)


@page(PerformancePermission.ACCEPT, methods=("POST",))
def appeal_back(request: HttpRequest, pk: int) -> HttpResponse:
    version = number_from(request.POST.get("version", ""))
    appeal_withdraw(actor=actor_of(request), appeal_id=pk, version=version)
    messages.success(request, _("The appeal is withdrawn."))
    return go_to(request, reverse("managers-appeal-list"))
