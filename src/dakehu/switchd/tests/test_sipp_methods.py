"""PRACK, UPDATE, session timers and INFO by sipp, which reads the RFCs as its scenarios say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.kit.waiting import wait_for

from dakehu.switch.records import EndCause
from dakehu.switchd.tests.process import VoiceProcess, voice
from dakehu.switchd.tests.sipp import HOLD, SDP, Script
from dakehu.switchd.tests.test_sipp import play

pytestmark = pytest.mark.sip

CERTAIN = ("Supported: 100rel", "Allow: INVITE, ACK, BYE, CANCEL, PRACK, UPDATE")
INSISTS = ("Require: 100rel", "Allow: INVITE, ACK, BYE, CANCEL, PRACK, UPDATE")


@pytest.fixture(scope="module")
def shared_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VoiceProcess]:
    with voice(tmp_path_factory.mktemp("voice"), "--digest", "MD5") as running:
        yield running


@pytest.fixture
def process(shared_process: VoiceProcess) -> VoiceProcess:
    shared_process.forget_records()
    return shared_process


def cause_of_the_call(process: VoiceProcess) -> EndCause:
    (record,) = wait_for("the record", process.records)
    return record.cause


def ringing_for_certain(number: int, sdp: str = "", user: str = "tel8002") -> Script:
    """A called telephone that heard our PRACK."""
    script = Script(user).keep()
    headers = (*INSISTS, f"RSeq: {number}")
    script.reply("183 Session Progress" if sdp else "180 Ringing", sdp=sdp, headers=headers)
    script.heed("PRACK", f"RAck: {number} [0-9]+ INVITE")
    script.in_dialog = True
    return script.reply("200 OK")


@pytest.mark.parametrize("transport", ["udp", "tcp"])
@pytest.mark.parametrize("caller_insists", [True, False])
def test_both_sides_ring_for_certain(
    process: VoiceProcess, tmp_path: Path, transport: str, caller_insists: bool
) -> None:
    a = Script("tel8001", "8002").invite(*(INSISTS if caller_insists else CERTAIN)).hear_for_certain(180)
    a.hear(200).ack().ask("BYE").hear(200)
    b = ringing_for_certain(700).reply("200 OK", sdp=SDP, kept=True)
    play(process, tmp_path, a, b.heed("ACK").heed("BYE").reply("200 OK"), transport)
    assert cause_of_the_call(process) is EndCause.COMPLETED


def test_early_media_for_certain_and_an_update_before_the_answer(
    process: VoiceProcess, tmp_path: Path
) -> None:
    a = Script("tel8001", "8004").invite(*CERTAIN).hear_for_certain(183)
    a.ask("UPDATE", sdp=HOLD).hear(200, "m=audio").hear(200).ack().ask("BYE").hear(200)
    b = ringing_for_certain(1, sdp=SDP, user="tel8004").heed("UPDATE", "a=sendonly").reply("200 OK", sdp=SDP)
    b.reply("200 OK", kept=True).heed("ACK").heed("BYE").reply("200 OK")
    play(process, tmp_path, a, b)
    assert cause_of_the_call(process) is EndCause.COMPLETED


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_hold_by_update(process: VoiceProcess, tmp_path: Path, transport: str) -> None:
    a = Script("tel8001", "8002").invite().hear(180).hear(200).ack()
    b = Script("tel8002").heed("INVITE").reply("180 Ringing")
    b.reply("200 OK", sdp=SDP, headers=("Allow: INVITE, ACK, BYE, UPDATE",)).heed("ACK")
    for sdp in (HOLD, SDP):
        a.ask("UPDATE", sdp=sdp).hear(200, "m=audio")
        b.heed("UPDATE", "a=sendonly" if sdp is HOLD else "").reply("200 OK", sdp=SDP)
    a.ask("BYE").hear(200)
    play(process, tmp_path, a, b.heed("BYE").reply("200 OK"), transport)
    assert cause_of_the_call(process) is EndCause.COMPLETED


def test_a_session_timer(process: VoiceProcess, tmp_path: Path) -> None:
    """20 s are too short, 90 s are agreed upon and agreed again by an UPDATE that nobody else hears."""
    timer = ("Supported: timer", "Session-Expires: 90;refresher=uac")
    agreed = "Session-Expires: 90;refresher=uac"
    a = Script("tel8001", "8002").invite("Supported: timer", "Session-Expires: 20")
    a.hear(422, "Min-SE: 90").ack_failure().ask("INVITE", sdp=SDP, headers=timer)
    a.hear(100, optional=True).hear(401).ack_failure().ask("INVITE", sdp=SDP, headers=timer, credentials=True)
    a.hear(100, optional=True).hear(180).hear(200, agreed).ack()
    a.ask("UPDATE", headers=timer).hear(200, agreed).ask("BYE").hear(200)
    b = Script("tel8002").heed("INVITE", "Session-Expires: 1800").reply("180 Ringing")
    b.reply("200 OK", sdp=SDP).heed("ACK").heed("BYE").reply("200 OK")
    play(process, tmp_path, a, b)
    assert cause_of_the_call(process) is EndCause.COMPLETED


def test_the_called_side_asks_for_more_time(process: VoiceProcess, tmp_path: Path) -> None:
    a = Script("tel8001", "8002").invite().hear(180).hear(200).ack().ask("BYE").hear(200)
    b = Script("tel8002").heed("INVITE", "Session-Expires: 1800")
    b.reply("422 Session Interval Too Small", headers=("Min-SE: 2400",)).heed("ACK")
    b.heed("INVITE", "Session-Expires: 2400").reply("180 Ringing")
    b.reply("200 OK", sdp=SDP).heed("ACK").heed("BYE").reply("200 OK")
    play(process, tmp_path, a, b)
    assert cause_of_the_call(process) is EndCause.COMPLETED
