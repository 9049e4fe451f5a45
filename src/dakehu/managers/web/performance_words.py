"""Performance contracts in the words of the trade: badges, figures with their units, addresses, the audit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.infra.ui.api import Badge, Kind, Tone, Words
from dakehu.kernel.clock import Month, month_parse
from dakehu.kernel.errors import DomainError, NotFound
from dakehu.managers.domain.contract_states import AppealState, ContractState
from dakehu.managers.domain.figures import figure_text
from dakehu.managers.domain.indicators import FULL, INDICATORS, Code, Indicator, Unit
from dakehu.managers.naming import UNIT_WORDS, indicator_name

CONTRACTS = {
    ContractState.DRAFT: Badge(pgettext_lazy("contract", "Draft"), Tone.NEUTRAL, "pencil"),
    ContractState.PROPOSED: Badge(pgettext_lazy("contract", "With the manager"), Tone.INFO, "clock"),
    ContractState.ACCEPTED: Badge(pgettext_lazy("contract", "Accepted"), Tone.INFO, "signature"),
    ContractState.IN_FORCE: Badge(pgettext_lazy("contract", "In force"), Tone.GOOD, "check"),
    ContractState.CLOSED: Badge(pgettext_lazy("contract", "Year closed"), Tone.QUIET, "lock"),
    ContractState.DISCARDED: Badge(pgettext_lazy("contract", "Discarded"), Tone.QUIET),
}
APPEALS = {
    AppealState.OPEN: Badge(pgettext_lazy("appeal", "Open"), Tone.WARN, "clock"),
    AppealState.GRANTED: Badge(pgettext_lazy("appeal", "Granted"), Tone.GOOD, "check"),
    AppealState.REFUSED: Badge(pgettext_lazy("appeal", "Refused"), Tone.BAD, "x"),
    AppealState.WITHDRAWN: Badge(pgettext_lazy("appeal", "Withdrawn"), Tone.QUIET),
}
CLOSED = Badge(pgettext_lazy("month", "Closed"), Tone.GOOD, "lock")
OPEN = Badge(pgettext_lazy("month", "Open"), Tone.INFO, "clock")
AHEAD = Badge(pgettext_lazy("month", "Ahead"), Tone.QUIET)
RUNNING = Badge(pgettext_lazy("month", "Running"), Tone.INFO, "player-play")
NOT_ASSESSED = Badge(pgettext_lazy("month", "Not assessed"), Tone.QUIET)
MISSING = Badge(_("To be entered"), Tone.WARN, "pencil")
CORRECTED = Badge(pgettext_lazy("figure", "Corrected"), Tone.INFO, "pencil-check")
NO_BASE = Badge(_("Nothing to measure against"), Tone.QUIET)
UNDER_APPEAL = Badge(_("Under appeal"), Tone.WARN, "clock")

_KINDS = {Unit.MONEY: Kind.MONEY, Unit.PERCENT: Kind.PERCENT}


def states(badges: dict[Any, Badge]) -> dict[str, Badge]:
    return {str(state): badge for state, badge in badges.items()}


def hundredths(value: int | None) -> Decimal | None:
    """Points as people read them: 8650 → 86.50."""
    return None if value is None else Decimal(value).scaleb(-2)


def fraction(value: int | None) -> Decimal | None:
    """Achievement as a fraction, for values of `Kind.PERCENT`."""
    return None if value is None else Decimal(value) / FULL


def figure_words(unit: Unit, value: int | None) -> str:
    """A figure with its unit; blank for none."""
    text = figure_text(unit, value)
    if not text:
        return ""
    return f"{text}%" if unit is Unit.PERCENT else f"{text} {UNIT_WORDS[unit]}"


def chart_kind(indicator: Indicator) -> Kind:
    return _KINDS.get(indicator.unit, Kind.NUMBER)


def chart_value(indicator: Indicator, value: int | None) -> int | Decimal | None:
    """A figure as charts of its kind take it."""
    if indicator.unit is Unit.PERCENT:
        return fraction(value)
    return hundredths(value) if indicator.unit is Unit.POINTS else value


def month_in(text: str) -> Month:
    """The month of an address; `NotFound` for what is none."""
    try:
        return month_parse(text)
    except DomainError:
        raise NotFound(noun="month", id=text) from None


def code_in(text: str) -> Code:
    """The indicator of an address; `NotFound` for what is none."""
    if text not in set(Code):
        raise NotFound(noun="indicator", id=text)
    return Code(text)


def contract_url(contract_id: object) -> str:
    return reverse("managers-contract-record", args=[contract_id])


def month_url(contract_id: object, month: str) -> str:
    return reverse("managers-month-record", args=[contract_id, month])


def figure_url(contract_id: object, month: str, code: str) -> str:
    return reverse("managers-figure-record", args=[contract_id, month, code])


def indicator_choices() -> list[tuple[str, str]]:
    return [
        (str(code), f"{indicator_name(code)} ({UNIT_WORDS[indicator.unit]})")
        for code, indicator in INDICATORS.items()
    ]


def _state(value: object) -> str:
    known = {**states(CONTRACTS), **states(APPEALS)}.get(str(value))
    return str(known.label) if known else str(value or "")


def _terms(value: object) -> str:
    """The terms of a contract as the audit keeps them: code, weight, target."""
    rows = value if isinstance(value, list) else []
    parts = [str(row).split(" ") for row in rows]
    return "; ".join(" ".join([indicator_name(each[0]), *each[1:2]]) for each in parts)


def _score(value: object) -> str:
    return f"{hundredths(value)}" if isinstance(value, int) else str(value or "")


def _list(value: object) -> str:
    return ", ".join("–" if each is None else str(each) for each in value) if isinstance(value, list) else ""


WORDS = (
    Words(
        "performance",
        _("Performance contract"),
        fields={
            "state": pgettext_lazy("contract", "State"),
            "year": pgettext_lazy("contract", "Year"),
            "first_month": _("First month"),
            "remark": pgettext_lazy("contract", "Remark"),
            "last_reason": _("Reason"),
            "reason": _("Reason"),
            "score": pgettext_lazy("performance", "Score"),
            "terms": _("Indicators"),
            "months": _("Targets by month"),
            "month": _("Month"),
            "indicator": _("Indicator"),
            "value": pgettext_lazy("performance", "Figure"),
            "note": _("Source"),
            "document": _("Source document"),
            "decision": _("Decision"),
            "run": _("Close number"),
        },
        actions={
            "performance.create": _("drew the contract up"),
            "performance.change": _("changed the terms"),
            "performance.months": _("set targets by month"),
            "performance.propose": _("proposed the contract"),
            "performance.recall": _("called the contract back"),
            "performance.return": _("returned the contract"),
            "performance.accept": _("accepted the contract"),
            "performance.enforce": _("put the contract in force"),
            "performance.close": _("closed the year"),
            "performance.discard": _("discarded the draft"),
            "performance.close_month": _("closed the month"),
            "performance.reopen_month": _("opened the month again"),
            "performance.enter": _("entered a figure"),
            "performance.appeal": _("appealed against a figure"),
            "performance.appeal_grant": _("granted an appeal"),
            "performance.appeal_refuse": _("refused an appeal"),
            "performance.appeal_withdraw": _("withdrew an appeal"),
        },
        shown={
            "state": _state,
            "indicator": indicator_name,
            "score": _score,
            "terms": _terms,
            "months": _list,
        },
        url=contract_url,
    ),
    Words(
        "new_product",
        _("New product"),
        fields={
            "category": _("Product category"),
            "product": _("Product"),
            "since": _("From month"),
            "until": _("To month"),
        },
        actions={
            "new_product.add": _("counts a product as new"),
            "new_product.remove": _("counts a product as new no more"),
        },
    ),
)
