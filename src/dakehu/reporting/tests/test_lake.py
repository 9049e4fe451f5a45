"""From rated calls to figures: through the outbox, the lake and a report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from dakehu.charging.api import Usage, usage_save
from dakehu.charging.api import seed as seed_tariff
from dakehu.customers.api import Customer
from dakehu.infra.access.api import Actor, Scope
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import deliver_due
from dakehu.kernel.clock import Month
from dakehu.kernel.errors import NotAllowed
from dakehu.kernel.numbers import CallClass
from dakehu.organisation.api import OrgUnit
from dakehu.organisation.testing import Scenario
from dakehu.reporting.api import ReportPermission, ReportQuery, report_run, revenue_write
from dakehu.reporting.domain.query import NoSuchMeasure, PeriodInvalid
from dakehu.reporting.lake import files
from dakehu.reporting.lake.schemas import REVENUE
from dakehu.reporting.models import LakeFile
from dakehu.switch.records import CallRecord, EndCause

pytestmark = pytest.mark.django_db
NOVEMBER = Month("2026-11")
NOON_MS = 1_793_678_400_000


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, settings: Settings) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def taiyuan(world: Scenario) -> Customer:
    return a_customer("晋源示例公司", world.team)


@pytest.fixture
def datong(world: Scenario) -> Customer:
    return a_customer("云冈示例公司", world.datong_team)


def a_customer(name: str, unit: OrgUnit) -> Customer:
    customer = Customer(
        code=name[:4],
        name=name,
        name_key=name,
        name_sort=name,
        org_unit=unit,
        created_at=now(),
        updated_at=now(),
    )
    customer.place(unit.path)
    customer.save()
    return customer


def calls(customer: Customer, *talks_s: int, call_class: CallClass = CallClass.LOCAL) -> None:
    seed_tariff()
    begun = Usage.objects.count()
    usage_save(
        [
            CallRecord(
                record_id=f"{customer.pk}-{begun + index}",
                call_id="c",
                calling_number="03512345678",
                calling_customer_id=customer.pk,
                calling_group_id=0,
                dialled="02345678",
                begin_ms=NOON_MS,
                called_number="03512345679",
                call_class=call_class,
                answer_ms=NOON_MS if talk_s else 0,
                end_ms=NOON_MS + talk_s * 1000,
                cause=EndCause.COMPLETED,
            )
            for index, talk_s in enumerate(talks_s)
        ]
    )
    deliver_due()


def query(**changes: Any) -> ReportQuery:
    return ReportQuery(
        **{"subject": "calls", "by": "customer", "first": NOVEMBER, "last": NOVEMBER} | changes
    )


@pytest.mark.req("KAM-09")
def test_calls_minutes_and_charges_by_customer(world: Scenario, taiyuan: Customer) -> None:
    calls(taiyuan, 0, 61, 181)
    report = report_run(world.administrator, query())
    assert [(row.key, row.label) for row in report.rows] == [(taiyuan.pk, "晋源示例公司")]
    assert report.rows[0].values == {
        "calls": 3,
        "answered": 2,
        "answer_rate": pytest.approx(66.67),
        "minutes": 6,
        "charge": 55,
    }
    assert report.totals == report.rows[0].values
    assert report.as_of is not None


@pytest.mark.req("KAM-09")
def test_a_city_sees_its_own_and_no_total_of_others(
    world: Scenario, taiyuan: Customer, datong: Customer
) -> None:
    calls(taiyuan, 60)
    calls(datong, 60, 60)
    right = frozenset({str(ReportPermission.VIEW)})
    city = Actor(None, "太原", right, Scope(world.taiyuan.path), world.taiyuan.path)
    report = report_run(city, query())
    assert [row.key for row in report.rows] == [taiyuan.pk]
    assert (report.row_count, report.totals["calls"]) == (1, 1)
    team = Actor(None, "平城", right, Scope(world.datong_team.path), world.datong_team.path)
    assert report_run(team, query()).totals["calls"] == 2
    nobody = Actor(None, "无", right, Scope(""), "")
    assert report_run(nobody, query()).rows == []


def test_without_the_right_nothing_is_shown(world: Scenario) -> None:
    with pytest.raises(NotAllowed):
        report_run(world.actor_with("customer.view"), query())


@pytest.mark.req("KAM-09")
def test_drilling_from_customer_to_class(world: Scenario, taiyuan: Customer) -> None:
    calls(taiyuan, 60, call_class=CallClass.IN_GROUP)
    calls(taiyuan, 60, 60, call_class=CallClass.NATIONAL)
    report = report_run(
        world.administrator, query(by="call_class", where={"customer": taiyuan.pk}, sort="-charge")
    )
    assert [(row.key, row.values["calls"], row.values["charge"]) for row in report.rows] == [
        ("national", 2, 140),
        ("in_group", 1, 0),
    ]


def test_paging_keeps_totals(world: Scenario, taiyuan: Customer, datong: Customer) -> None:
    calls(taiyuan, 60)
    calls(datong, 60)
    report = report_run(world.administrator, query(limit=1, offset=1))
    assert [row.key for row in report.rows] == [datong.pk]
    assert (report.row_count, report.totals["calls"]) == (2, 2)


def test_what_cannot_be_asked(world: Scenario) -> None:
    with pytest.raises(PeriodInvalid):
        report_run(world.administrator, query(first=Month("2026-12")))
    with pytest.raises(NoSuchMeasure):
        report_run(world.administrator, query(by="weather", first=NOVEMBER))


def test_a_month_without_facts_is_empty(world: Scenario) -> None:
    report = report_run(world.administrator, query())
    assert (report.rows, report.row_count, report.totals["calls"]) == ([], 0, 0)


def test_merging_files_changes_no_figure(world: Scenario, taiyuan: Customer) -> None:
    for _batch in range(files.FEW + 1):
        calls(taiyuan, 60)
    before = report_run(world.administrator, query())
    assert files.compact_lake() is True
    assert files.compact_lake() is False
    assert LakeFile.objects.filter(replaced_at=None).count() == 1
    assert report_run(world.administrator, query()).rows == before.rows


def test_a_delivery_of_revenue_counts_once(world: Scenario, taiyuan: Customer) -> None:
    columns: dict[str, list[object]] = {
        "customer_id": [taiyuan.pk, taiyuan.pk],
        "org_path": [taiyuan.org_path] * 2,
        "org_city": [taiyuan.org_city] * 2,
        "trade": [None, None],
        "grade": [4, 4],
        "product": ["centrex", "line"],
        "amount_fen": [120_000, 30_000],
    }
    assert set(columns) == set(REVENUE.names)
    for _time in range(2):
        revenue_write(actor=world.administrator, month=NOVEMBER, source="bill", columns=columns)
    report = report_run(world.administrator, query(subject="revenue"))
    assert report.totals == {"revenue": 150_000, "accounts": 1}
