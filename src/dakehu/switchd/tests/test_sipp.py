"""Calls by sipp through a voice process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.kit.waiting import wait_for

from dakehu.switch.records import EndCause
from dakehu.switchd.tests.process import VoiceProcess, voice
from dakehu.switchd.tests.sipp import HOLD, SDP, Script, Sipp

pytestmark = pytest.mark.sip


@pytest.fixture(params=["udp", "tcp"])
def transport(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def shared_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VoiceProcess]:
    """sipp knows MD5 alone, and looks at the first challenge only."""
    with voice(tmp_path_factory.mktemp("voice"), "--digest", "MD5", "--no-answer", "1") as running:
        yield running


@pytest.fixture
def process(shared_process: VoiceProcess) -> VoiceProcess:
    shared_process.forget_records()
    return shared_process


def play(process: VoiceProcess, folder: Path, caller: Script, called: Script, transport: str = "udp") -> None:
    """The called telephone registers and waits, the caller begins; both must end as written."""
    b = Sipp(folder, process.port, transport)
    b.register(called.user)
    waiting = b.start(called)
    a = Sipp(folder, process.port, transport)
    a.run(caller)
    b.end(waiting)


def caller(number: str, user: str = "tel8001") -> Script:
    return Script(user, number).invite()


def called(user: str = "tel8002", contains: str = "") -> Script:
    return Script(user).heed("INVITE", contains).reply("180 Ringing")


def cause_of_the_call(process: VoiceProcess) -> EndCause:
    (record,) = wait_for("the record", process.records)
    return record.cause


def test_registering(process: VoiceProcess, tmp_path: Path, transport: str) -> None:
    Sipp(tmp_path, process.port, transport).run(Script("tel8001").register())
    wait_for("the registration", lambda: is_registered(process))


def is_registered(process: VoiceProcess) -> bool:
    status = process.status()
    return status is not None and status.registered > 0


@pytest.mark.req("CTX-03", "CTX-16")
def test_a_call_by_short_number(process: VoiceProcess, tmp_path: Path, transport: str) -> None:
    play(
        process,
        tmp_path,
        caller("8002").hear(180).hear(200).ack().pause(300).ask("BYE").hear(200),
        called(contains="From: .sip:8001@").reply("200 OK", sdp=SDP).heed("ACK").heed("BYE").reply("200 OK"),
        transport,
    )
    (record,) = wait_for("the record", process.records)
    assert (record.cause, record.shown_number) == (EndCause.COMPLETED, "8001")
    assert 250 <= record.talk_ms <= 5000


@pytest.mark.req("CTX-04", "CTX-16")
def test_a_call_by_exit_prefix(process: VoiceProcess, tmp_path: Path) -> None:
    b = called("works801", contains="P-Asserted-Identity: .sip:03512348001@")
    play(
        process,
        tmp_path,
        caller("97778001").hear(180).hear(200).ack().ask("BYE").hear(200),
        b.reply("200 OK", sdp=SDP).heed("ACK").heed("BYE").reply("200 OK"),
    )
    assert cause_of_the_call(process) is EndCause.COMPLETED


def test_busy(process: VoiceProcess, tmp_path: Path, transport: str) -> None:
    play(
        process,
        tmp_path,
        caller("8002").hear(486).ack_failure(),
        Script("tel8002").heed("INVITE").reply("486 Busy Here").heed("ACK"),
        transport,
    )
    assert cause_of_the_call(process) is EndCause.BUSY


def test_no_answer(process: VoiceProcess, tmp_path: Path) -> None:
    b = called().heed("CANCEL").reply("200 OK")
    b.steps[-1] = b.steps[-1].replace("[last_To:]", "[last_To:];tag=[pid]-[call_number]")
    play(process, tmp_path, caller("8002").hear(180).hear(480).ack_failure(), b)
    assert cause_of_the_call(process) is EndCause.NO_ANSWER


def test_cancel(process: VoiceProcess, tmp_path: Path) -> None:
    a = caller("8002").hear(180).pause(100).cancel().hear(200).hear(487).ack_failure()
    play(process, tmp_path, a, called().heed("CANCEL").reply("200 OK"))
    assert cause_of_the_call(process) is EndCause.CANCELLED


def test_hold_and_resume(process: VoiceProcess, tmp_path: Path, transport: str) -> None:
    a, b = caller("8002").hear(180).hear(200).ack(), called().reply("200 OK", sdp=SDP).heed("ACK")
    for sdp in (HOLD, SDP):
        a.ask("INVITE", sdp=sdp).hear(100, optional=True).hear(200).ack()
        b.heed("INVITE", "a=sendonly" if sdp is HOLD else "").reply("200 OK", sdp=SDP).heed("ACK")
    a.ask("BYE").hear(200)
    b.heed("BYE").reply("200 OK")
    play(process, tmp_path, a, b, transport)
    assert cause_of_the_call(process) is EndCause.COMPLETED


@pytest.mark.parametrize(
    ("user", "number", "status"),
    [
        ("tel8001", "8099", 404),
        ("tel8001", "8009", 480),
        pytest.param("tel8006", "8002", 403, marks=pytest.mark.req("LIN-06")),
        pytest.param("tel8004", "903522221234", 403, marks=pytest.mark.req("CTX-06")),
    ],
)
def test_refused_by_rule(process: VoiceProcess, tmp_path: Path, user: str, number: str, status: int) -> None:
    Sipp(tmp_path, process.port).run(caller(number, user).hear(status).ack_failure())
    (record,) = wait_for("the record", process.records)
    assert record.status == status
