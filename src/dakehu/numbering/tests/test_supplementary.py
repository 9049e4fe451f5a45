"""Supplementary services of a line: kept, refused, told."""

from __future__ import annotations

import pytest

from dakehu.infra.access.api import SYSTEM
from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.outbox.models import OutboxEvent
from dakehu.kernel.errors import NotAllowed, NotFound
from dakehu.numbering.api import LINE_CHANGED, line_get, services_of
from dakehu.numbering.domain.lines import LineKind
from dakehu.numbering.domain.services import NO_SERVICES, Restriction, ServiceInvalid, Services
from dakehu.numbering.models import Line, LineServices
from dakehu.numbering.services.supplementary import line_services_set
from dakehu.numbering.testing import a_block, a_customer, a_line, an_exchange
from dakehu.organisation.testing import Scenario

pytestmark = pytest.mark.django_db
ALL = Services(
    forward_busy="8002",
    forward_no_answer="13800000000",
    no_answer_s=30,
    hotline="114",
    restriction=Restriction.NATIONAL,
    call_waiting=True,
    abbreviated=(("02", "03518880002"), ("01", "8001")),
)


@pytest.fixture
def numbers(world: Scenario) -> list[str]:
    return a_block(an_exchange(world.taiyuan, "TY01"))


@pytest.fixture
def line(world: Scenario, numbers: list[str]) -> Line:
    return a_line(a_customer(world), numbers[1])


@pytest.mark.req("LIN-03", "VPN-05", "VPN-07")
def test_services_are_kept_told_and_recorded_once(line: Line) -> None:
    told = OutboxEvent.objects.filter(topic=LINE_CHANGED)
    before = told.count()
    for _twice in range(2):
        kept = line_services_set(actor=SYSTEM, line_id=line.pk, services=ALL)
    assert services_of(line_get(SYSTEM, line.pk)) == kept
    assert kept.abbreviated == (("01", "8001"), ("02", "03518880002"))
    assert told.count() == before + 1
    entry = AuditEntry.objects.get(action="line.set_services")
    assert entry.changes["forward_busy"] == ["", "8002"]
    assert entry.changes["restriction"] == [0, 2]


def test_a_line_with_nothing_switched_on_has_no_row(line: Line) -> None:
    line_services_set(actor=SYSTEM, line_id=line.pk, services=ALL)
    line_services_set(actor=SYSTEM, line_id=line.pk, services=NO_SERVICES)
    assert not LineServices.objects.exists()
    assert services_of(line_get(SYSTEM, line.pk)) == NO_SERVICES


@pytest.mark.req("VPN-05")
def test_only_a_wireless_line_is_forwarded_when_not_reachable(
    world: Scenario, line: Line, numbers: list[str]
) -> None:
    wanted = Services(forward_not_reachable="8002")
    with pytest.raises(ServiceInvalid):
        line_services_set(actor=SYSTEM, line_id=line.pk, services=wanted)
    assert not LineServices.objects.exists()
    wireless = a_line(a_customer(world), numbers[2], kind=LineKind.WIRELESS)
    assert line_services_set(actor=SYSTEM, line_id=wireless.pk, services=wanted) == wanted


def test_services_are_set_by_those_who_may_change_the_line(world: Scenario, line: Line) -> None:
    with pytest.raises(NotAllowed):
        line_services_set(actor=world.manager, line_id=line.pk, services=ALL)
    stranger = world.actor("provisioning_engineer", unit=world.datong)
    with pytest.raises(NotFound):
        line_services_set(actor=stranger, line_id=line.pk, services=ALL)


def test_a_line_and_its_services_cost_one_query(line: Line, django_assert_num_queries: object) -> None:
    line_services_set(actor=SYSTEM, line_id=line.pk, services=ALL)
    with django_assert_num_queries(1):  # type: ignore[operator] # pytest-django's context manager
        assert services_of(line_get(SYSTEM, line.pk)).hotline == "114"
