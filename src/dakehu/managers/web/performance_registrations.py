"""Where performance contracts hang into the frame: navigation, tiles, words."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from dakehu.infra.access.api import Actor, visible
from dakehu.infra.clock import now
from dakehu.infra.ui.api import (
    Badge,
    Chapter,
    Figure,
    NavItem,
    Tile,
    TileBody,
    TileRow,
    Tone,
    figures_tile,
    register_nav,
    register_tile,
    register_words,
    rows_tile,
)
from dakehu.kernel.clock import Month, month_of
from dakehu.kernel.errors import NotFound
from dakehu.managers.domain.contract_states import AppealState, ContractState
from dakehu.managers.models import Contract, MonthResult
from dakehu.managers.naming import indicator_name
from dakehu.managers.permissions import PerformancePermission
from dakehu.managers.selectors.performance import (
    Line,
    MonthView,
    appeals_seen,
    contract_of,
    month_view,
    rank_in,
)
from dakehu.managers.web.performance_words import (
    APPEALS,
    CONTRACTS,
    WORDS,
    contract_url,
    figure_url,
    figure_words,
    fraction,
    hundredths,
    month_url,
)

_P = PerformancePermission
_ROWS = 6


def register() -> None:
    """Called from `AppConfig.ready`."""
    register_nav(
        NavItem(
            Chapter.MANAGERS,
            gettext_lazy("Performance contracts"),
            "managers-contract-list",
            _P.VIEW,
            "target-arrow",
            70,
            also=("managers-month-", "managers-figure-", "managers-newproduct-"),
        ),
        NavItem(Chapter.MANAGERS, gettext_lazy("Ranking"), "managers-ranking-list", _P.VIEW, "trophy", 80),
        NavItem(
            Chapter.MANAGERS, gettext_lazy("Appeals"), "managers-appeal-list", _P.VIEW, "message-report", 90
        ),
    )
    register_words(*WORDS)
    register_tile(
        Tile(
            "managers.score",
            gettext_lazy("My score"),
            _my_score,
            _P.ACCEPT,
            order=17,
            url_name="managers-contract-list",
        ),
        Tile(
            "managers.targets",
            gettext_lazy("My figures against target"),
            _my_targets,
            _P.ACCEPT,
            order=17,
            url_name="managers-contract-list",
        ),
        Tile(
            "managers.performance",
            pgettext_lazy("tile", "Contracts and appeals that wait"),
            _waiting,
            _P.DECIDE,
            order=18,
            url_name="managers-appeal-list",
        ),
    )


def _my_score(actor: Actor) -> TileBody:
    """The last closed month, the month in progress, the rank in the team."""
    this = month_of(now())
    row = contract_of(actor, actor.user_id, int(this[:4])) if actor.user_id else None
    proposed = Contract.objects.filter(manager=actor.user_id, state=ContractState.PROPOSED).first()
    if proposed is not None:
        label = _("A contract for %(year)s waits for you") % {"year": proposed.year}
        return rows_tile([TileRow(label, contract_url(proposed.pk))], empty="")
    if row is None:
        return rows_tile([], empty=_("You have no performance contract in force this year."))
    figures = []
    last = row.results.filter(is_current=True).order_by("-month").first()
    if last is not None:
        figures += _last_figures(row, last)
    try:
        view = month_view(row, Month(this))
    except NotFound:
        view = None
    if view is not None:
        figures.append(
            Figure(_("This month so far"), hundredths(view.score), note=this, url=month_url(row.pk, this))
        )
    return figures_tile(*figures)


def _my_targets(actor: Actor) -> TileBody:
    """Each indicator of the month in progress: figure, target, and how much of it is reached."""
    this = month_of(now())
    row = contract_of(actor, actor.user_id, int(this[:4])) if actor.user_id else None
    none = _("You have no performance contract in force this year.")
    if row is None:
        return rows_tile([], empty=none)
    try:
        view = month_view(row, Month(this))
    except NotFound:
        return rows_tile([], empty=none)
    return rows_tile([_target_row(view, line) for line in view.lines], empty=none)


def _target_row(view: MonthView, line: Line) -> TileRow:
    unit, code = line.indicator.unit, line.indicator.code
    reached = fraction(line.reached)
    badge = None
    if reached is not None:
        badge = Badge(f"{reached:.0%}", Tone.GOOD if reached >= 1 else Tone.WARN)
    return TileRow(
        indicator_name(code),
        figure_url(view.contract.pk, view.month, str(code)),
        note=f"{figure_words(unit, line.measured.value) or '–'} / {figure_words(unit, line.target)}",
        badge=badge,
    )


def _last_figures(row: Contract, last: MonthResult) -> list[Figure]:
    rank, among = rank_in(last, last.org_path)
    score = pgettext("performance", "Score")
    return [
        Figure(score, hundredths(last.score), note=last.month, url=month_url(row.pk, last.month)),
        Figure(_("Rank in the team"), f"{rank} / {among}", note=last.month),
    ]


def _waiting(actor: Actor) -> TileBody:
    """Appeals to decide and accepted contracts to put in force, of other people."""
    open_ones = visible(appeals_seen(actor), actor, _P.DECIDE).filter(state=AppealState.OPEN)
    rows = [
        TileRow(
            _("%(name)s: %(indicator)s")
            % {"name": appeal.manager.name, "indicator": indicator_name(appeal.figure.indicator)},
            reverse("managers-appeal-decide", args=[appeal.pk]),
            note=appeal.figure.result.month,
            badge=APPEALS[AppealState.OPEN],
        )
        for appeal in open_ones.exclude(manager=actor.user_id).order_by("opened_at", "pk")[:_ROWS]
    ]
    accepted = visible(Contract.objects.select_related("manager"), actor, _P.PROPOSE).filter(
        state=ContractState.ACCEPTED
    )
    rows += [
        TileRow(
            row.manager.name,
            contract_url(row.pk),
            note=str(row.year),
            badge=CONTRACTS[ContractState.ACCEPTED],
        )
        for row in accepted.exclude(manager=actor.user_id).order_by("pk")[: _ROWS - len(rows)]
    ]
    return rows_tile(rows, empty=_("No contract and no appeal waits for you."))
