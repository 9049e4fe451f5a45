"""Values against rules; what is on sale; the first data."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dakehu.catalogue.api import (
    ItemContext,
    ProductOffering,
    check_characteristics,
    offering_get,
    offerings_orderable,
    register_checker,
    require_orderable,
    validate_characteristics,
)
from dakehu.catalogue.domain.characteristics import CharacteristicRule, ValueType, check_values
from dakehu.catalogue.domain.errors import OfferingNotOrderable, ValueMissing
from dakehu.catalogue.models import Characteristic, ClockClass, ProductPrice
from dakehu.catalogue.seed import seed
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.clock import now
from dakehu.kernel.clock import day_of
from dakehu.kernel.errors import DomainError, NotAllowed, NotFound
from dakehu.organisation.testing import Scenario

T = ValueType
RULES = [
    CharacteristicRule("name", T.TEXT, is_required=True),
    CharacteristicRule("prefix", T.DIGITS, default="0", pattern="[0-9]"),
    CharacteristicRule("capacity", T.INTEGER, least=1, most=100),
    CharacteristicRule("special", T.BOOLEAN, default=True),
    CharacteristicRule("kind", T.CHOICE, choices=("fixed", "wireless")),
    CharacteristicRule("number", T.TELEPHONE),
    CharacteristicRule("group", T.REFERENCE),
]


@pytest.mark.parametrize(
    ("code", "raw", "value"),
    [
        ("name", "  晋源　机械 ", "晋源 机械"),
        ("prefix", "９", "9"),
        ("prefix", 9, "9"),
        ("capacity", "１００", 100),
        ("capacity", 1, 1),
        ("special", "否", False),
        ("special", "on", True),
        ("special", False, False),
        ("kind", "wireless", "wireless"),
        ("number", "0351-8888001", "03518888001"),
        ("group", "７", 7),
    ],
)
def test_values_are_brought_to_their_type(code: str, raw: object, value: object) -> None:
    checked = check_values(RULES, {"name": "x", code: raw})
    assert checked.faults == []
    assert checked.values[code] == value
    assert type(checked.values[code]) is type(value)


@pytest.mark.parametrize(
    ("code", "raw", "error"),
    [
        ("name", "", "catalogue.value_missing"),
        ("name", "　", "catalogue.value_missing"),
        ("name", 5, "catalogue.value_not_text"),
        ("name", "x" * 201, "catalogue.value_too_long"),
        ("prefix", "ab", "catalogue.value_pattern"),
        ("prefix", True, "catalogue.value_not_text"),
        ("capacity", "1.5", "catalogue.value_not_number"),
        ("capacity", True, "catalogue.value_not_number"),
        ("capacity", 0, "catalogue.value_too_small"),
        ("capacity", 101, "catalogue.value_too_large"),
        ("special", "maybe", "catalogue.value_not_yes_no"),
        ("kind", "satellite", "catalogue.value_not_offered"),
        ("number", "12", "number.invalid"),
        ("number", [], "number.invalid"),
        ("group", "晋源机械", "catalogue.value_not_number"),
        ("colour", "red", "catalogue.value_unknown"),
    ],
)
def test_faults_name_their_characteristic(code: str, raw: object, error: str) -> None:
    checked = check_values(RULES, {"name": "x", code: raw})
    assert [(fault.code, fault.field) for fault in checked.faults] == [(error, code)]


def test_all_faults_come_at_once_and_defaults_are_filled_in() -> None:
    checked = check_values(RULES, {"capacity": 0, "kind": "x"})
    assert [fault.field for fault in checked.faults] == ["name", "capacity", "kind"]
    assert checked.values == {"prefix": "0", "special": True}


@given(st.dictionaries(st.sampled_from([rule.code for rule in RULES]), st.text() | st.integers() | st.none()))
def test_nothing_typed_breaks_the_check(values: dict[str, object]) -> None:
    checked = check_values(RULES, values)
    assert set(checked.values) <= {rule.code for rule in RULES}


@pytest.mark.django_db
def test_seeding_twice_changes_nothing() -> None:
    seed()
    ClockClass.objects.filter(code="A").update(working_days=7)
    rows = [model.objects.count() for model in (ProductOffering, Characteristic, ProductPrice, ClockClass)]
    seed()
    assert rows == [
        model.objects.count() for model in (ProductOffering, Characteristic, ProductPrice, ClockClass)
    ]
    assert ClockClass.objects.get(code="A").working_days == 7
    assert [*ClockClass.objects.values_list("working_days", flat=True)] == [7, 10, 12, 13]


@pytest.mark.django_db
def test_the_first_products_are_on_sale(world: Scenario) -> None:
    seed()
    offered = offerings_orderable(world.manager)
    assert [offering.code for offering in offered] == ["centrex-group", "centrex-member", "single-line"]
    group = offering_get(world.manager, "centrex-group")
    faults = validate_characteristics(group, {"exchange": "TY01", "name": "晋源机械", "capacity": "50"})
    assert [(fault.code, fault.field) for fault in faults] == [(ValueMissing.code, "gcn")]
    checked = check_characteristics(
        group, {"exchange": "TY01", "name": "晋源机械", "capacity": "50", "gcn": "0351 8880000"}
    )
    assert checked.faults == []
    assert checked.values["gcn"] == "03518880000"
    assert checked.values["short_length"] == 4


@pytest.mark.django_db
def test_an_offering_is_read_in_few_queries(world: Scenario, django_assert_num_queries: object) -> None:
    seed()
    actor = world.manager
    with django_assert_num_queries(3):  # type: ignore[operator] # pytest-django's context manager
        for offering in offerings_orderable(actor):
            assert [*offering.specification.characteristics.all()]
            assert [*offering.prices.all()]


@pytest.mark.django_db
def test_versions_take_over_on_their_day(world: Scenario) -> None:
    seed()
    today = day_of(now())
    tomorrow = today + timedelta(days=1)
    first = ProductOffering.objects.get(code="single-line")
    second = ProductOffering.objects.get(code="single-line")
    second.pk, second.version, second.valid_from = None, 2, tomorrow
    second.save()
    first.valid_to = tomorrow
    first.save()
    actor = world.manager
    assert offering_get(actor, "single-line").version == 1
    assert offering_get(actor, "single-line", 2).version == 2
    assert [o.version for o in offerings_orderable(actor, tomorrow) if o.code == "single-line"] == [2]
    require_orderable(first)
    with pytest.raises(OfferingNotOrderable):
        require_orderable(first, tomorrow)
    with pytest.raises(OfferingNotOrderable):
        require_orderable(second)
    assert not first.is_orderable(date(2020, 1, 1))


@pytest.mark.django_db
def test_unknown_offerings_and_missing_rights(world: Scenario) -> None:
    seed()
    with pytest.raises(NotFound):
        offering_get(world.manager, "fax")
    with pytest.raises(NotAllowed):
        offerings_orderable(world.actor_with())


@pytest.mark.django_db
def test_the_products_checker_has_the_last_word(world: Scenario) -> None:
    seen: list[tuple[object, ItemContext]] = []

    def checker(values: object, context: ItemContext) -> list[DomainError]:
        seen.append((values, context))
        return [DomainError(field="gcn")]

    register_checker("test.checker", checker)
    with pytest.raises(ValueError, match="registered already"):
        register_checker("test.checker", lambda _values, _context: [])
    seed()
    offering = offering_get(SYSTEM, "single-line")
    offering.specification.checker = "test.checker"
    values = {"exchange": "TY01", "public_number": "03518888001"}
    context = ItemContext(SYSTEM, customer_id=1)
    assert [fault.field for fault in validate_characteristics(offering, values, context)] == ["gcn"]
    assert len(seen) == 1
    validate_characteristics(offering, {}, context)  # faulty values never reach it
    validate_characteristics(offering, values)  # nor does a check without context
    assert len(seen) == 1
