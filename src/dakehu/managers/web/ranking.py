"""The ranking of a month: closed scores of the view, with each manager's rank in team and city."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from dakehu.infra.access.api import Actor, visible
from dakehu.infra.clock import now
from dakehu.infra.ui.api import (
    Chart,
    ChoiceFilter,
    Column,
    EmptyState,
    Kind,
    ListSpec,
    Series,
    Shape,
    TextFilter,
    actor_of,
    go_to,
    list_response,
    page,
)
from dakehu.kernel.clock import month_add, month_of
from dakehu.managers.models import MonthResult
from dakehu.managers.permissions import PerformancePermission
from dakehu.managers.selectors.performance import results_seen
from dakehu.managers.web.performance_words import hundredths, month_url

_MONTHS, _DRAWN = 24, 15


def _better(**same: Any) -> Coalesce:
    """How many closed results of the same month, and of the same unit, have a higher score."""
    rows = MonthResult.objects.filter(
        is_current=True, month=OuterRef("month"), score__gt=OuterRef("score"), **same
    ).order_by()
    counted = rows.values("month").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _ranked(actor: Actor) -> QuerySet[MonthResult]:
    return (
        results_seen(actor)
        .filter(score__isnull=False)
        .annotate(
            rank_team=_better(org_path=OuterRef("org_path")) + 1,
            rank_city=_better(org_city=OuterRef("org_city")) + 1,
        )
    )


def _months(_actor: Actor) -> list[tuple[str, str]]:
    this = month_of(now())
    return [(month_add(this, -back), month_add(this, -back)) for back in range(1, _MONTHS + 1)]


RANKING = ListSpec[MonthResult](
    name="managers.ranking",
    title=gettext_lazy("Ranking"),
    permission=PerformancePermission.VIEW,
    noun="performance",
    queryset=_ranked,
    columns=[
        Column(
            "score",
            pgettext_lazy("performance", "Score"),
            Kind.NUMBER,
            sort="score",
            value=lambda row: hundredths(row.score),
        ),
        Column("manager__name", gettext_lazy("Manager"), Kind.LINK, sort="manager__pinyin"),
        Column("manager__org_unit__name", gettext_lazy("Unit")),
        Column("month", gettext_lazy("Month"), Kind.CODE, sort="month"),
        Column(
            "rank_team",
            gettext_lazy("Rank in the team"),
            Kind.NUMBER,
            value=lambda row: getattr(row, "rank_team", None),
        ),
        Column(
            "rank_city",
            gettext_lazy("Rank in the city"),
            Kind.NUMBER,
            value=lambda row: getattr(row, "rank_city", None),
        ),
        Column(
            "first_score",
            gettext_lazy("Score at the close"),
            Kind.NUMBER,
            value=lambda row: hundredths(row.first_score),
            shown=False,
        ),
        Column("closed_at", pgettext_lazy("month", "Closed on"), Kind.MOMENT, shown=False),
    ],
    sort="-score",
    filters=[
        ChoiceFilter("month", gettext_lazy("Month"), choices=_months),
        TextFilter("unit", gettext_lazy("Unit"), path="manager__org_unit__name"),
    ],
    row_url=lambda row: month_url(row.contract_id, row.month),
    empty=EmptyState(
        gettext_lazy("No month is closed yet"),
        gettext_lazy("Scores are ranked once their months are closed."),
        "trophy",
    ),
    template="managers/ranking.html",
)


@page(PerformancePermission.VIEW, methods=("GET",))
def ranking(request: HttpRequest) -> HttpResponseBase:
    """The latest closed month, unless the address names another."""
    actor = actor_of(request)
    seen = visible(results_seen(actor), actor, PerformancePermission.VIEW)
    if not request.GET:
        last = seen.order_by("-month").values_list("month", flat=True).first()
        if last is not None:
            return go_to(request, f"{reverse('managers-ranking-list')}?month={last}")
    month = request.GET.get("month", "")
    spec = replace(RANKING, context=lambda _actor: {"chart": _chart(seen, month) if month else None})
    return list_response(request, spec)


def _chart(seen: QuerySet[MonthResult], month: str) -> Chart:
    best = seen.filter(month=month, score__isnull=False).order_by(F("score").desc(), "pk")[:_DRAWN]
    rows = list(best)
    return Chart(
        title=_("The best %(count)s") % {"count": _DRAWN},
        shape=Shape.ROWS,
        categories=[row.manager.name for row in rows],
        series=[Series(pgettext("performance", "Score"), [hundredths(row.score) for row in rows])],
        unit=_("points"),
        period=month,
        as_of=now(),
        height_px=max(120, 26 * len(rows) + 40),
        links=[month_url(row.contract_id, row.month) for row in rows],
        category_label=_("Manager"),
    )
