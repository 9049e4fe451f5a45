"""Where calls go, with real telephones (baresip, sipp) at a voice process of its own."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from msgspec.structs import replace as changed
from tests.kit.waiting import wait_for

from dakehu.numbering.domain.onenumber import Bound, Follow, OneNumber
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.directory import LineEntry
from dakehu.switchd.tests.process import voice
from dakehu.switchd.tests.sipp import SDP, Script, Sipp
from dakehu.switchd.tests.test_telephones import telephone

pytestmark = pytest.mark.sip


def lines_with(*those: LineEntry) -> Iterable[LineEntry]:
    """The town's lines, those as they are given."""
    return {line.public_number: line for line in (*office.LINES, *those)}.values()


@pytest.mark.req("CTX-07", "LIN-03")
def test_busy_then_call_waiting_by_its_code(tmp_path: Path) -> None:
    with (
        voice(tmp_path / "home") as process,
        telephone(process, tmp_path, "tel8001") as anna,
        telephone(process, tmp_path, "tel8002") as bo,
    ):
        anna.expect("REGISTER_OK")
        bo.expect("REGISTER_OK")
        bo.dial("8001")
        bo.expect("CALL_ESTABLISHED")
        third = Sipp(tmp_path, process.port)
        third.run(Script("tel8003", "8002").invite().hear(486).ack_failure())
        bo.hang_up()
        anna.expect("CALL_CLOSED")
        wait_for("both records", lambda: len(process.records()) == 2)
        code = Script("tel8002", "*58%23").invite().hear(200).ack().heed("BYE").reply("200 OK")
        Sipp(tmp_path, process.port).run(code)
        bo.dial("8001")
        bo.expect("CALL_ESTABLISHED", count=2)
        waits = Script("tel8003", "8002").invite().hear(180, contains="urn:alert:service:call-waiting")
        third.run(waits.hear(200).ack().ask("BYE").hear(200))


@pytest.mark.req("IN-04")
def test_one_number_goes_on_to_the_next(tmp_path: Path) -> None:
    bo = changed(office.BO, one_number=OneNumber(Follow.IN_TURN, (Bound("8003"), Bound("95551234"))))
    with voice(tmp_path / "home", lines=lines_with(bo)) as process:
        main, home = Sipp(tmp_path, process.port), Sipp(tmp_path, process.port)
        main.run(Script("tel8002").register())
        home.run(Script("home").register())
        first = main.start(Script("tel8002").heed("INVITE").reply("486 Busy Here").heed("ACK"))
        answering = Script("home").heed("INVITE", "follow-me").reply("180 Ringing").reply("200 OK", sdp=SDP)
        second = home.start(answering.heed("ACK").heed("BYE").reply("200 OK"))
        caller = Script("tel8001", "8002").invite().hear(180).hear(200).ack().ask("BYE").hear(200)
        Sipp(tmp_path, process.port).run(caller)
        main.end(first)
        home.end(second)
        wait_for("both records", lambda: len(process.records()) == 2)
        records = process.records()
    assert [record.calling_number for record in records] == ["03512348001", "03512348002"]
