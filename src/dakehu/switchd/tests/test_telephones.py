"""Real telephones (baresip) at a voice process of its own, through kills and restarts."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest
from tests.kit.telephone import Telephone
from tests.kit.waiting import wait_for

from dakehu.switch.records import EndCause, Party
from dakehu.switch.runtime.tests.harness import password_of
from dakehu.switchd.tests.process import VoiceProcess, voice

pytestmark = pytest.mark.sip


def telephone(process: VoiceProcess, folder: Path, username: str, **options: object) -> Telephone:
    return Telephone(
        folder / username,
        username,
        password_of(username),
        server=f"127.0.0.1:{process.tls_port}" if options.get("transport") == "tls" else process.address,
        **options,  # type: ignore[arg-type]  # the telephone's own options
    )


@pytest.mark.req("CTX-03", "CTX-16")
@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
def test_a_call_and_its_record(tmp_path: Path, transport: str) -> None:
    with (
        voice(tmp_path / "home", tls=True) as process,
        telephone(process, tmp_path, "tel8001", transport=transport) as caller,
        telephone(process, tmp_path, "tel8002", transport=transport) as called,
    ):
        caller.expect("REGISTER_OK")
        called.expect("REGISTER_OK")
        caller.dial("8002")
        assert "sip:8001@" in str(called.expect("CALL_INCOMING")["peeruri"])
        caller.expect("CALL_ESTABLISHED")
        caller.command("hold")
        time.sleep(0.3)
        caller.command("resume")
        time.sleep(0.3)
        called.hang_up()
        caller.expect("CALL_CLOSED")
        (record,) = wait_for("the record", process.records)
    assert (record.cause, record.ended_by) == (EndCause.COMPLETED, Party.CALLED)
    assert record.talk_ms >= 500


def test_a_wrong_password(tmp_path: Path) -> None:
    with (
        voice(tmp_path / "home") as process,
        Telephone(tmp_path / "thief", "tel8001", "guess", server=process.address) as thief,
    ):
        thief.expect("REGISTER_FAIL")
        wait_for("the line in the log", lambda: "wrong_password" in process.log())
        assert "guess" not in process.log()


def test_kill_9_in_a_call_leaves_exactly_one_record(tmp_path: Path) -> None:
    """And after the restart one hangs up for both, the telephones are still registered and call again."""
    with (
        voice(tmp_path / "home") as process,
        telephone(process, tmp_path, "tel8001") as caller,
        telephone(process, tmp_path, "tel8002") as called,
    ):
        caller.expect("REGISTER_OK")
        called.expect("REGISTER_OK")
        caller.dial("8002")
        caller.expect("CALL_ESTABLISHED")
        process.kill()
        process.start()
        (record,) = process.records()
        assert record.cause is EndCause.INTERRUPTED
        assert record.answer_ms <= record.end_ms
        caller.hang_up()
        caller.expect("CALL_CLOSED")
        called.expect("CALL_CLOSED")
        process.kill()
        process.start()
        assert process.records() == [record]
        caller.dial("8002")
        caller.expect("CALL_ESTABLISHED", count=2)
        caller.hang_up()
        called.expect("CALL_CLOSED", count=2)
        wait_for("the second record", lambda: len(process.records()) == 2)


def test_sigterm_in_a_call_hangs_up_and_records(tmp_path: Path) -> None:
    with (
        voice(tmp_path / "home") as process,
        telephone(process, tmp_path, "tel8001") as caller,
        telephone(process, tmp_path, "tel8002") as called,
    ):
        caller.expect("REGISTER_OK")
        called.expect("REGISTER_OK")
        caller.dial("8002")
        caller.expect("CALL_ESTABLISHED")
        assert process.stop() == 0
        caller.expect("CALL_CLOSED")
        called.expect("CALL_CLOSED")
        (record,) = process.records()
    assert (record.cause, record.ended_by) == (EndCause.INTERRUPTED, Party.NETWORK)


def test_a_taken_port_is_said_clearly(tmp_path: Path) -> None:
    with voice(tmp_path / "home") as process:
        other = VoiceProcess(tmp_path / "other")
        other.port = process.port
        ended = subprocess.run(other.command, check=False, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert "voice cannot start" in ended.stderr
