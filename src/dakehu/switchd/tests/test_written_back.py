"""Services between telephone, line records and directory: a real voice process, killed on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings
from tests.kit.waiting import wait_for

from dakehu.centrex.api import (
    CallRights,
    GroupPlan,
    Member,
    MemberChange,
    MemberPlan,
    RightsLevel,
    group_create,
    member_add,
    member_change,
)
from dakehu.charging.models import SpoolCursor
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.outbox.api import deliver_due
from dakehu.numbering.api import (
    Line,
    LineServices,
    NumberState,
    PublicNumber,
    Services,
    line_services_set,
    services_of,
    telephone_issue,
)
from dakehu.numbering.testing import a_block, a_customer, a_line, an_exchange
from dakehu.organisation.testing import Scenario
from dakehu.switch.directory import LineEntry
from dakehu.switch.records import SpoolReader
from dakehu.switch.runtime.tests.harness import Phone, password_of, phone
from dakehu.switchd import publisher
from dakehu.switchd.intake import take_services
from dakehu.switchd.tests.process import VoiceProcess
from dakehu.switchd.tests.test_publisher import fresh_writer

pytestmark = pytest.mark.django_db(transaction=True)


class Town:
    """Three lines, A, B and C, with telephones at one voice process; A forwards to B, or doesn't."""

    def __init__(self, home: Path, lines: list[Line], process: VoiceProcess) -> None:
        self.lines = lines
        self.process = process
        self.spool = SpoolReader(home / "spool")
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        self.a, self.b, self.c = self._runner.run(self._phones())

    async def _phones(self) -> list[Phone]:
        entries = []
        with publisher.writer().reader().view() as view:
            entries = [view.line(line.public_number_id) for line in self.lines]
        return [
            await self._stack.enter_async_context(phone(entry, self.process))
            for entry in entries
            if isinstance(entry, LineEntry)
        ]

    def dial(self, code: str) -> None:
        """A dials a feature code and is told."""
        self._runner.run(self._dial(code))

    def told(self, code: str) -> str:
        """What A hears after dialling a feature code."""
        before = len(self.process.records())
        self.dial(code)
        return wait_for("the record", lambda: self.process.records()[before:])[0].trace[-1]

    def reaches(self) -> str:
        """Who rings when C calls A: "A", or "B" by forwarding; empty for nobody."""
        return self._runner.run(self._reaches())

    def catch_up(self) -> None:
        """The worker reads the spool and publishes."""
        while take_services() or deliver_due():
            pass

    def kill(self) -> None:
        self.process.kill()
        self.process.start()

    def close(self) -> None:
        self._runner.run(self._stack.aclose())
        self._runner.close()

    async def _dial(self, code: str) -> None:
        answer = await self.a.invite(code)
        assert answer.status == 200
        self.a.established(answer)
        self.a.answer(await self.a.receive("BYE"), 200)

    async def _reaches(self) -> str:
        calling = asyncio.create_task(self.c.invite(self.lines[0].public_number_id))
        rung = {
            asyncio.create_task(each.receive("INVITE")): name
            for name, each in zip("AB", (self.a, self.b), strict=True)
        }
        waits = {*rung, calling}
        (first, *_rest), _idle = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED, timeout=20)
        for task in rung.keys() - {first}:
            task.cancel()
        if first is calling:
            self.c.acknowledge_failure(self.c.sent, await calling)
            return ""
        name = rung[first]
        called = self.a if name == "A" else self.b
        called.answer(first.result(), 486)
        await called.receive("ACK")
        self.c.acknowledge_failure(self.c.sent, await calling)
        return name


@pytest.fixture
def town(world: Scenario, tmp_path: Path, settings: Settings) -> Iterator[Town]:
    settings.HOME = tmp_path
    numbers = a_block(an_exchange(world.taiyuan, "TY01"))
    customer = a_customer(world)
    lines = [a_line(customer, number) for number in numbers[1:4]]
    for line in lines:
        telephone_issue(actor=SYSTEM, line_id=line.pk, password=password_of(line.public_number_id))
    process = VoiceProcess(tmp_path)
    with fresh_writer():
        publisher.rebuild()
        while deliver_due():
            pass
        process.start()
        town = Town(tmp_path, lines, process)
        try:
            yield town
        finally:
            town.close()
            process.stop()


def recorded(line: Line) -> Services:
    return services_of(Line.objects.select_related("services").get(pk=line.pk))


@pytest.mark.req("CTX-07", "VPN-05")
def test_telephone_page_telephone_and_kill_9_in_between(town: Town) -> None:
    """The last writer wins at the next call; nothing is lost, and nothing flickers back."""
    a, b, c = town.lines
    forwarded = Services(forward_always=b.public_number_id)
    town.dial(f"*57*{b.public_number_id}%23")
    assert town.reaches() == "B", "at once, the database knowing nothing"
    assert recorded(a) == Services()
    town.kill()
    assert town.reaches() == "B"
    town.catch_up()
    assert recorded(a) == forwarded
    assert LineServices.objects.get(line=a).set_by == "telephone"
    assert town.reaches() == "B"

    line_services_set(actor=SYSTEM, line_id=a.pk, services=Services(hotline="114"))
    town.catch_up()
    assert town.reaches() == "A", "the page was later"
    town.kill()
    town.catch_up()
    assert town.reaches() == "A", "what the telephone set before does not come back"

    town.dial(f"*57*{b.public_number_id}%23")
    assert town.reaches() == "B"
    line_services_set(actor=SYSTEM, line_id=a.pk, services=Services(hotline="112"))
    town.kill()
    town.catch_up()
    both = Services(forward_always=b.public_number_id, hotline="112")
    assert recorded(a) == both, "the page was later, and knew nothing of the forwarding"
    assert town.reaches() == "B"
    town.dial("%2357%23")
    line_services_set(actor=SYSTEM, line_id=a.pk, services=replace(both, forward_always=c.public_number_id))
    town.catch_up()
    assert recorded(a).forward_always == c.public_number_id, "both set it, the page later"
    assert town.reaches() == "", "forwarded to the very one who calls"

    town.dial(f"*57*{b.public_number_id}%23")
    town.kill()
    SpoolCursor.objects.all().delete()  # the whole spool again, as from a restored backup
    town.catch_up()
    assert recorded(a) == both
    assert town.reaches() == "B"


@pytest.mark.req("CTX-15")
def test_what_the_records_refuse_is_let_go_by_the_telephones_side(town: Town) -> None:
    """The member is confined to its group while its restriction is on the way to the records."""
    a = town.lines[0]
    spare = PublicNumber.objects.filter(state=NumberState.FREE).last()
    assert spare is not None
    plan = GroupPlan(a.customer_id, "TY01", "办公室", "9", "0", 4, 100, spare.pk)
    rights = CallRights(RightsLevel.NATIONAL, special=False)
    joining = MemberPlan(group_create(actor=SYSTEM, plan=plan).pk, Member(a.public_number_id, "8001", rights))
    member = member_add(actor=SYSTEM, plan=joining)
    town.catch_up()
    assert town.told("*54*1234*1%23") == "activated"
    assert town.told("*%2354%23") == "is_on"
    confined = MemberChange(member.version, "8001", RightsLevel.NATIONAL, False, True, False)
    member_change(actor=SYSTEM, member_id=member.pk, change=confined)
    town.catch_up()
    row = LineServices.objects.get(line=a)
    assert (row.refused_why, row.value()) == ("centrex.exclusive_services", Services())
    assert AuditEntry.objects.get(action="line.refuse_services").object_id == str(a.pk)
    assert town.told("*%2354%23") == "is_off"
    assert not take_services(), "it is not tried again"
