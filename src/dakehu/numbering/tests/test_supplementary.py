"""Supplementary services of a line: kept, refused, told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from dakehu.infra.access.api import SYSTEM
from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.outbox.models import OutboxEvent
from dakehu.kernel.errors import Conflict, NotAllowed, NotFound
from dakehu.numbering.api import LINE_CHANGED, line_cease, line_get, services_of
from dakehu.numbering.domain.lines import LineKind
from dakehu.numbering.domain.numbers import NumberState
from dakehu.numbering.domain.passwords import proves
from dakehu.numbering.domain.services import (
    NO_SERVICES,
    Restriction,
    ServiceInvalid,
    Services,
    ServicesChange,
)
from dakehu.numbering.models import Line, LineServices, PublicNumber
from dakehu.numbering.services.supplementary import (
    Reported,
    line_call_password_set,
    line_services_report,
    line_services_set,
)
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


def test_a_line_with_nothing_switched_on_any_more_keeps_the_version(line: Line) -> None:
    line_services_set(actor=SYSTEM, line_id=line.pk, services=ALL)
    on = LineServices.objects.get().version
    line_services_set(actor=SYSTEM, line_id=line.pk, services=NO_SERVICES)
    assert LineServices.objects.get().version > on
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


@pytest.mark.req("VPN-13")
def test_the_password_of_calls_is_proved_and_not_kept(line: Line) -> None:
    line_services_set(actor=SYSTEM, line_id=line.pk, services=ALL)
    line_call_password_set(actor=SYSTEM, line_id=line.pk, password="471147")
    kept = services_of(line_get(SYSTEM, line.pk))
    assert proves(kept.vpn_key, line.public_number_id, "471147")
    assert kept.hotline == "114"
    assert "vpn_key" not in str(list(AuditEntry.objects.values_list("changes", flat=True)))
    with pytest.raises(ServiceInvalid):
        line_call_password_set(actor=SYSTEM, line_id=line.pk, password="123")
    line_call_password_set(actor=SYSTEM, line_id=line.pk, password="")
    assert not services_of(line_get(SYSTEM, line.pk)).vpn_key
    with pytest.raises(Conflict):
        line_call_password_set(actor=SYSTEM, line_id=line.pk, password="471147", seen=1)


@pytest.fixture
def told(line: Line) -> Callable[..., Reported]:
    """What becomes of a telephone's change so many milliseconds after the line's opening."""
    opened_ms = int(line.opened_at.timestamp() * 1000)

    def tell(services: Services, after_ms: int, number: str = line.public_number_id) -> Reported:
        return line_services_report(
            ServicesChange(number, services, opened_ms + after_ms, opened_ms + after_ms)
        )

    return tell


def row_of(line: Line) -> LineServices:
    return LineServices.objects.get(line=line)


@pytest.mark.req("CTX-07")
def test_a_telephones_change_is_taken_over_once_and_audited_as_its_own(
    line: Line, told: Callable[..., Reported]
) -> None:
    news = OutboxEvent.objects.filter(topic=LINE_CHANGED)
    before = news.count()
    assert told(ALL, 1000) is Reported.APPLIED
    assert told(ALL, 1000) is Reported.SUPERSEDED
    row = row_of(line)
    assert (row.set_by, row.value().hotline) == ("telephone", "114")
    assert row.set_at is not None
    assert (row.set_at - line.opened_at).total_seconds() == pytest.approx(1.0, abs=0.01)
    assert news.count() == before + 1
    assert AuditEntry.objects.get(action="line.set_services").actor_name == "telephone"


@pytest.mark.req("CTX-07")
def test_the_last_writer_wins_whichever_it_is(line: Line, told: Callable[..., Reported]) -> None:
    """Telephone, page, telephone; then a telephone's change that comes late."""
    assert told(Services(absent=True), 10) is Reported.APPLIED
    line_services_set(actor=SYSTEM, line_id=line.pk, services=ALL)
    page = row_of(line).version
    opened_ms = int(line.opened_at.timestamp() * 1000)
    assert told(Services(absent=True), page - opened_ms) is Reported.SUPERSEDED
    assert row_of(line).value() == replace(ALL, abbreviated=tuple(sorted(ALL.abbreviated)))
    assert told(Services(hotline="112"), page - opened_ms + 1) is Reported.APPLIED
    assert told(Services(absent=True), 5) is Reported.SUPERSEDED
    assert row_of(line).value() == Services(hotline="112")
    line_services_set(actor=SYSTEM, line_id=line.pk, services=NO_SERVICES)
    assert row_of(line).version > page + 1, "a page is later than what it knew, whatever its clock says"


@pytest.mark.req("CTX-07")
def test_a_page_that_did_not_know_of_a_telephones_change_undoes_nothing_of_it(line: Line) -> None:
    """Each service by itself: the later one where both changed it, else whoever changed it."""
    base = Services(forward_busy="8001", hotline="114")
    line_services_set(actor=SYSTEM, line_id=line.pk, services=base)
    version = row_of(line).version
    told = replace(base, hotline="112", do_not_disturb=True, restriction=Restriction.ALL, restriction_key="k")
    change = ServicesChange(line.public_number_id, told, version + 1, version + 1, base)
    LineServices.objects.update(version=version + 5)
    page = replace(base, hotline="110", absent=True)
    line_services_set(actor=SYSTEM, line_id=line.pk, services=page)
    later = row_of(line).version
    assert line_services_report(change) is Reported.MERGED
    both = replace(page, do_not_disturb=True, restriction=Restriction.ALL, restriction_key="k")
    assert row_of(line).value() == both
    assert row_of(line).version > later, "so that the directory is later than the page's"
    line_services_set(actor=SYSTEM, line_id=line.pk, services=replace(both, do_not_disturb=False))
    assert line_services_report(change) is Reported.SUPERSEDED, "the same report again undoes nothing"
    assert not row_of(line).do_not_disturb
    unknown = replace(change, version=version + 2, base=None)
    assert line_services_report(unknown) is Reported.SUPERSEDED, "of an earlier version of the program"


@pytest.mark.req("VPN-05")
def test_a_change_that_a_rule_forbids_is_refused_once_and_for_all(
    line: Line, told: Callable[..., Reported]
) -> None:
    line_services_set(actor=SYSTEM, line_id=line.pk, services=Services(hotline="114"))
    late = 10_000_000
    assert told(Services(forward_not_reachable="8002"), late) is Reported.REFUSED
    row = row_of(line)
    assert (row.value(), row.refused_why) == (Services(hotline="114"), "numbering.service_invalid")
    assert row.version == int(line.opened_at.timestamp() * 1000) + late, "so the telephone's own is let go"
    assert told(Services(forward_not_reachable="8002"), late) is Reported.SUPERSEDED
    assert AuditEntry.objects.filter(action="line.refuse_services").count() == 1
    assert told(Services(hotline="112"), late + 1) is Reported.APPLIED
    assert row_of(line).refused_why == ""


def test_what_belongs_to_no_line_any_more_is_refused(
    world: Scenario, line: Line, told: Callable[..., Reported]
) -> None:
    assert told(ALL, 1000, "03519999999") is Reported.REFUSED
    line_cease(actor=SYSTEM, line_id=line.pk)
    assert told(ALL, 1000) is Reported.REFUSED
    PublicNumber.objects.filter(pk=line.public_number_id).update(state=NumberState.FREE)
    heir = a_line(a_customer(world), line.public_number_id)
    earlier_ms = int((line.opened_at - heir.opened_at).total_seconds() * 1000) + 1
    assert told(ALL, earlier_ms) is Reported.SUPERSEDED, "set by the number's earlier subscriber"
    assert not LineServices.objects.filter(line=heir).exists()


def test_a_page_that_was_overtaken_says_so(line: Line, told: Callable[..., Reported]) -> None:
    told(Services(absent=True), 10)
    with pytest.raises(Conflict) as caught:
        line_services_set(actor=SYSTEM, line_id=line.pk, services=ALL, seen=0)
    assert caught.value.data["version"] == row_of(line).version
    kept = line_services_set(actor=SYSTEM, line_id=line.pk, services=ALL, seen=row_of(line).version)
    assert row_of(line).value() == kept
