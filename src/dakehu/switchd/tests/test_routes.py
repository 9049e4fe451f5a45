"""Where calls go, with real telephones (baresip, sipp) at a voice process of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.kit.waiting import wait_for

from dakehu.switchd.tests.process import voice
from dakehu.switchd.tests.sipp import Script, Sipp
from dakehu.switchd.tests.test_telephones import telephone

pytestmark = pytest.mark.sip


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
