"""Exchanges and numbers, as the actor sees them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from dakehu.infra.access.api import Actor, access_one, visible
from dakehu.kernel.text import clean_code
from dakehu.numbering.domain.numbers import NumberState
from dakehu.numbering.models import Exchange, PublicNumber
from dakehu.numbering.permissions import ExchangePermission, NumberPermission
from dakehu.numbering.scope import citywide

_PATTERN = re.compile(r"[0-9?]{1,12}")
_DIGITS = re.compile(r"[0-9]{1,12}")
_WIDEST = "9" * 12
_LEAST_ENDING = 3
_LONGEST_LOCAL = 8


@dataclass(frozen=True, slots=True)
class FreeNumbers:
    """What is looked for: local `starts`, `ends`, or a `pattern` of the last digits with ? for any digit.

    `after` is the last number of the page before.
    """

    exchange_id: int
    starts: str = ""
    ends: str = ""
    pattern: str = ""
    after: str = ""
    limit: int = 20


def exchanges_for(actor: Actor) -> QuerySet[Exchange]:
    """The exchanges of the actor's city, or of the whole province."""
    seen = visible(Exchange.objects.all(), citywide(actor), ExchangePermission.VIEW)
    return seen.select_related("city").order_by("area_code", "code")


def exchange_get(actor: Actor, exchange_id: int) -> Exchange:
    return access_one(
        Exchange.objects.select_related("city"), citywide(actor), exchange_id, ExchangePermission.VIEW
    )


def find_exchange(actor: Actor, code: str) -> Exchange | None:
    """The exchange of that code, if the actor sees one."""
    return exchanges_for(actor).filter(code=code).first()


def find_number(actor: Actor, number: str) -> PublicNumber | None:
    """The number in national form, if it exists where the actor sees it."""
    return numbers_for(actor).filter(pk=number).first()


def numbers_for(actor: Actor) -> QuerySet[PublicNumber]:
    """All numbers of the actor's city, or of the whole province, by number."""
    seen = visible(PublicNumber.objects.all(), citywide(actor), NumberPermission.VIEW)
    return seen.select_related("exchange")


def number_counts(exchange: Exchange) -> dict[str, int]:
    """How many numbers of the exchange are in each state; from the index, without reading rows."""
    counted = (
        PublicNumber.objects.filter(exchange=exchange).order_by().values("state").annotate(n=Count("pk"))
    )
    found = {row["state"]: row["n"] for row in counted}
    return {state.value: found.get(state.value, 0) for state in NumberState}


def numbers_free(actor: Actor, wanted: FreeNumbers) -> list[str]:
    """Free numbers of the exchange that fit, in their order; some milliseconds among millions.

    A beginning walks the index of numbers, an ending the index of numbers written backwards.
    """
    exchange = exchange_get(actor, wanted.exchange_id)
    free = PublicNumber.objects.filter(exchange=exchange, state=NumberState.FREE)
    order = "number"
    ends, rest = _split(clean_code(wanted.pattern) or clean_code(wanted.ends))
    if wanted.starts:
        first = exchange.area_code + clean_code(wanted.starts)
        free = free.filter(number__range=(first, first + _WIDEST))
    if ends:
        free = free.filter(tail__range=(ends, ends + _WIDEST))
        order = "number" if wanted.starts else "tail"
    if rest:
        free = free.filter(tail__like=f"{ends}{rest}%")
    if wanted.after:
        free = free.filter(_beyond(order, wanted.after))
    return list(free.order_by(order).values_list("number", flat=True)[: max(0, min(wanted.limit, 200))])


def number_matches(text: str) -> Q:
    """Numbers that begin so, with area code or without, or end so (3 digits or more); index ranges all."""
    digits = clean_code(text)
    if not _DIGITS.fullmatch(digits):
        return Q(pk__in=[])
    backwards = digits[::-1]
    found = Q(number__range=(digits, digits + _WIDEST))
    if _LEAST_ENDING <= len(digits) <= _LONGEST_LOCAL:
        found |= Q(tail__range=(backwards, backwards + _WIDEST))
    if not digits.startswith("0"):
        for area in Exchange.objects.order_by().values_list("area_code", flat=True).distinct():
            found |= Q(number__range=(area + digits, area + digits + _WIDEST))
    return found


def _split(pattern: str) -> tuple[str, str]:
    """The pattern backwards: what is fixed up to the first ?, and the rest as LIKE writes it."""
    if not _PATTERN.fullmatch(pattern):
        return "", ""
    backwards = pattern[::-1]
    fixed = backwards.split("?", 1)[0]
    return fixed, backwards[len(fixed) :].replace("?", "_")


def _beyond(order: str, after: str) -> Q:
    return Q(number__gt=after) if order == "number" else Q(tail__gt=after[::-1])
