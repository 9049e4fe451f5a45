"""The generator: the same for ever, every company once, codes valid, parents before branches."""

from __future__ import annotations

import pytest
from stdnum.cn import uscc

from dakehu.config.demo.companies import GROUP, company, revenue_months
from dakehu.config.demo.dice import Dice, Weighted
from dakehu.config.demo.geography import CITIES
from dakehu.config.demo.names import MOST, brand_and_business
from dakehu.customers.api import Grade

SOME = range(5000)


def test_dice_fall_the_same_on_every_machine() -> None:
    dice = Dice(20_261_123, 1, 17)
    assert [dice.number(1000) for _throw in range(4)] == [421, 621, 728, 341]


def test_weights_are_kept() -> None:
    drawn = [Weighted((1, 0, 3)).draw(Dice(1, 1, index)) for index in range(4000)]
    assert drawn.count(1) == 0
    assert 0.22 < drawn.count(0) / len(drawn) < 0.28


def test_a_company_is_the_same_whenever_it_is_made() -> None:
    assert company(7, 4321) == company(7, 4321)
    assert company(7, 4321) != company(8, 4321)


def test_no_two_companies_share_name_or_code() -> None:
    made = [company(1, index) for index in SOME]
    assert len({each.name for each in made}) == len(made)
    assert len({each.credit_code for each in made}) == len(made)
    assert all(uscc.is_valid(each.credit_code) for each in made)


def test_brands_and_businesses_meet_once() -> None:
    step = MOST // 20_000
    pairs = {brand_and_business(number) for number in range(0, MOST, step)}
    assert len(pairs) == len(range(0, MOST, step))


def test_branches_follow_their_group_in_other_cities() -> None:
    made = {index: company(1, index) for index in SOME}
    branches = [each for each in made.values() if each.parent is not None]
    assert branches
    for branch in branches:
        parent = made[branch.parent or 0]
        assert parent.index == branch.index // GROUP * GROUP < branch.index
        assert parent.city != branch.city
        assert branch.name.endswith(f"{CITIES[branch.city].name}分公司")
        assert branch.name.removesuffix(f"{CITIES[branch.city].name}分公司") in parent.name


def test_grades_follow_revenue_and_places_their_shares() -> None:
    made = [company(1, index) for index in SOME]
    for each in made:
        assert each.monthly_revenue_fen >= {
            Grade.SPECIAL: 10_000_000, Grade.FIRST: 3_000_000, Grade.SECOND: 1_000_000, Grade.THIRD: 300_000,
        }.get(each.grade, 0)  # fmt: skip
    in_taiyuan = sum(each.city == 0 for each in made) / len(made)
    assert 0.25 < in_taiyuan < 0.35
    assert {each.city for each in made} == set(range(len(CITIES)))


@pytest.mark.parametrize("index", [0, 1, 999])
def test_revenue_moves_around_its_average(index: int) -> None:
    months = revenue_months(1, index, 1_000_000)
    assert len(months) == 24
    assert len(set(months)) > 12
    assert 800_000 < sum(months) / 24 < 1_200_000
    assert months == revenue_months(1, index, 1_000_000)
