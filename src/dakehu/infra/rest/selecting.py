"""From the conditions of a query to rows: filters, order and the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.exceptions import FieldError, ValidationError
from django.db.models import Q, QuerySet

from dakehu.infra.rest.errors import ParameterInvalid, ParameterUnknown
from dakehu.infra.rest.query import Condition, ListQuery, Operator, SortKey
from dakehu.infra.rest.resource import Attribute, Kind, Resource
from dakehu.kernel.clock import aware, day_start

_LOOKUP = {
    Operator.EQ: "", Operator.NE: "", Operator.GT: "__gt", Operator.GTE: "__gte",
    Operator.LT: "__lt", Operator.LTE: "__lte",
}  # fmt: skip


def chosen(resource: Resource[Any], rows: QuerySet[Any], query: ListQuery) -> QuerySet[Any]:
    """The rows that meet every condition, in the order asked for."""
    for condition in query.conditions:
        rows = rows.filter(_condition(resource, condition))
    return rows.order_by(*_order(resource, query.sort))


def _condition(resource: Resource[Any], condition: Condition) -> Q:
    if condition.path == "@type":
        same = any(value in {resource.type_name, ""} for value in condition.values)
        return Q() if same is (condition.operator is not Operator.NE) else Q(pk__in=[])
    attribute = _attribute(resource, condition.path)
    met = Q(pk__in=[])
    for value in condition.values:
        met |= _compared(attribute, condition, value)
    if attribute.many:
        met = Q(pk__in=resource.model._default_manager.filter(met).values("pk"))
    return ~met if condition.operator is Operator.NE else met


def _compared(attribute: Attribute, condition: Condition, text: str) -> Q:
    """One comparison; an empty value asks for rows that have none."""
    if attribute.decode is not None:
        return _plain(attribute, condition.operator, _read(attribute, condition, text))
    if attribute.kind is Kind.MOMENT and len(text) == len("2026-11-22"):
        return _by_day(attribute, condition, text)
    return _plain(attribute, condition.operator, _read(attribute, condition, text))


def _plain(attribute: Attribute, operator: Operator, value: object) -> Q:
    return Q(pk__in=[]) if value is None else Q(**{f"{attribute.orm}{_LOOKUP[operator]}": value})


def _by_day(attribute: Attribute, condition: Condition, text: str) -> Q:
    """A day against a moment: the day is the whole of it in China, so `.gt` means after its end."""
    start = _parsed(condition, text, lambda day: day_start(date.fromisoformat(day)))
    end = start + timedelta(days=1)
    path = attribute.orm
    return {
        Operator.EQ: Q(**{f"{path}__gte": start, f"{path}__lt": end}),
        Operator.NE: Q(**{f"{path}__gte": start, f"{path}__lt": end}),
        Operator.GT: Q(**{f"{path}__gte": end}),
        Operator.GTE: Q(**{f"{path}__gte": start}),
        Operator.LT: Q(**{f"{path}__lt": start}),
        Operator.LTE: Q(**{f"{path}__lt": end}),
    }[condition.operator]


def _read(attribute: Attribute, condition: Condition, text: str) -> object:
    return _parsed(condition, text, attribute.decode or _READERS[attribute.kind])


def _parsed(condition: Condition, text: str, read: Callable[[str], Any]) -> Any:
    if "\0" in text or len(text) > 500:
        raise ParameterInvalid(parameter=condition.path, value=text[:80].replace("\0", "�"))
    try:
        return read(text)
    except (ValueError, OverflowError):
        raise ParameterInvalid(parameter=condition.path, value=text[:80]) from None


def _moment(text: str) -> datetime:
    """A moment; the plus of its zone may have become a blank on the way."""
    return aware(datetime.fromisoformat(text.strip().replace(" ", "+"))).astimezone(UTC)


def _boolean(text: str) -> bool:
    if text.lower() not in {"true", "false"}:
        raise ValueError(text)
    return text.lower() == "true"


def _number(text: str) -> int:
    number = int(text)
    if abs(number) >= 2**63:
        raise ValueError(text)
    return number


_READERS: dict[Kind, Callable[[str], object]] = {
    Kind.TEXT: str,
    Kind.NUMBER: _number,
    Kind.MOMENT: _moment,
    Kind.DATE: date.fromisoformat,
    Kind.BOOLEAN: _boolean,
}


def _attribute(resource: Resource[Any], path: str, *, parameter: str = "filter") -> Attribute:
    if path == "id":
        return Attribute("id", resource.lookup, sortable=True, decode=lambda text: key_of(resource, text))
    renamed = resource.renames.get(path.partition(".")[0])
    wanted = path.replace(path.partition(".")[0], renamed, 1) if renamed else path
    for attribute in resource.attributes:
        if attribute.path == wanted:
            return attribute
    raise ParameterUnknown(parameter=parameter, name=path[:80])


def _order(resource: Resource[Any], keys: tuple[SortKey, ...]) -> list[str]:
    order = [("-" if key.descending else "") + _sortable(resource, key).orm for key in keys]
    order += resource.order_by
    return order if any(name.lstrip("-") in {"pk", "id"} for name in order) else [*order, "pk"]


def _sortable(resource: Resource[Any], key: SortKey) -> Attribute:
    attribute = _attribute(resource, key.path, parameter="sort")
    if not attribute.sortable or attribute.many:
        raise ParameterUnknown(parameter="sort", name=key.path[:80])
    return attribute


def key_of(resource: Resource[Any], text: str) -> object:
    """The stored value of a public id, or None where it can be nobody's id."""
    name = resource.lookup
    meta = resource.model._meta
    try:
        column = meta.pk if name == "pk" else meta.get_field(name)
        value: object = column.to_python(text) if column is not None else None
    except (ValidationError, ValueError, FieldError):
        return None
    return None if isinstance(value, int) and abs(value) >= 2**63 else value
