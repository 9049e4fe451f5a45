from __future__ import annotations

import pytest

from dakehu.infra.rest.errors import ParameterInvalid
from dakehu.infra.rest.query import DEFAULT_LIMIT, LARGEST_LIMIT, Condition, Operator, SortKey, parse_query


@pytest.mark.parametrize(
    ("raw", "path", "operator", "values"),
    [
        ("a=1", "a", Operator.EQ, ("1",)),
        ("a.eq=1", "a", Operator.EQ, ("1",)),
        ("a==1", "a", Operator.EQ, ("1",)),
        ("a=", "a", Operator.EQ, ("",)),
        ("a.ne=1", "a", Operator.NE, ("1",)),
        ("a!=1", "a", Operator.NE, ("1",)),
        ("a%21%3D1", "a", Operator.NE, ("1",)),
        ("a.gt=1", "a", Operator.GT, ("1",)),
        ("a%3E1", "a", Operator.GT, ("1",)),
        ("a%3E=1", "a", Operator.GTE, ("1",)),
        ("a%3e%3d1", "a", Operator.GTE, ("1",)),
        ("a.gte=1", "a", Operator.GTE, ("1",)),
        ("a%3C1", "a", Operator.LT, ("1",)),
        ("a.lt=1", "a", Operator.LT, ("1",)),
        ("a%3C%3D1", "a", Operator.LTE, ("1",)),
        ("a.lte=1", "a", Operator.LTE, ("1",)),
        ("a.lte%3D1", "a", Operator.LTE, ("1",)),
        ("relatedParty.id=7,8", "relatedParty.id", Operator.EQ, ("7", "8")),
        ("a=7&a=8", "a", Operator.EQ, ("7", "8")),
        ("a=x%2Cy,z", "a", Operator.EQ, ("x,y", "z")),
        ("a=x+y%2B", "a", Operator.EQ, ("x y+",)),
        ("%40type=Order", "@type", Operator.EQ, ("Order",)),
        ("a=b%3E5", "a", Operator.EQ, ("b>5",)),
        ("a=%E5%A4%A7", "a", Operator.EQ, ("大",)),
    ],
)
def test_conditions(raw: str, path: str, operator: Operator, values: tuple[str, ...]) -> None:
    assert parse_query(raw).conditions == (Condition(path, operator, values),)


def test_different_operators_stay_apart() -> None:
    query = parse_query("a.gt=1&a.lt=9&b=2")
    assert [(c.path, c.operator) for c in query.conditions] == [
        ("a", Operator.GT),
        ("a", Operator.LT),
        ("b", Operator.EQ),
    ]


@pytest.mark.parametrize("raw", ["sort=-a,+b", "sort=-a,%2Bb", "sort=-a&sort=b", "sort=-a,b,"])
def test_sort(raw: str) -> None:
    assert parse_query(raw).sort == (SortKey("a", True), SortKey("b", False))


def test_paging() -> None:
    assert (parse_query("").offset, parse_query("").limit, parse_query("").paged) == (0, DEFAULT_LIMIT, False)
    query = parse_query("offset=20&limit=10")
    assert (query.offset, query.limit, query.paged) == (20, 10, True)
    assert parse_query("limit=999999").limit == LARGEST_LIMIT


@pytest.mark.parametrize(
    "raw",
    [
        "limit=-1",
        "limit=ten",
        "offset=1.5",
        "offset=٣",
        "limit=1e3",
        "offset=99999999999",
        "alone",
        "=5",
        "a b=1",
    ],
)
def test_refused(raw: str) -> None:
    with pytest.raises(ParameterInvalid):
        parse_query(raw)


def test_too_many_conditions() -> None:
    with pytest.raises(ParameterInvalid):
        parse_query("&".join(f"a{n}=1" for n in range(51)))


def test_fields() -> None:
    assert parse_query("").fields is None
    assert parse_query("fields=").fields is None
    assert parse_query("fields=none").fields == ()
    assert parse_query("fields=a,b&fields=a,c").fields == ("a", "b", "c")
