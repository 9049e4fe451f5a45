"""The demonstration's telephones call each other, and the calls become charges. Real SIP, real processes."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from dakehu.config.demo.accounts import TELEPHONES, VPN_LEAD, VPN_TELEPHONES
from tests.kit.installation import Installation
from tests.kit.telephone import Telephone
from tests.kit.waiting import wait_for

pytestmark = [pytest.mark.e2e, pytest.mark.sip]


def telephone(installation: Installation, folder: Path, which: int, **options: object) -> Telephone:
    phone = TELEPHONES[which]
    return Telephone(
        folder / phone.short_number,
        phone.username,
        phone.password,
        server=installation.sip,
        **options,  # type: ignore[arg-type]  # the telephone's own options
    )


def usage_count(installation: Installation, cause: str) -> int:
    return int(installation.rows("SELECT count(*) FROM charging_usage WHERE cause = %s", cause)[0][0])


@pytest.mark.req("CTX-03", "CTX-16")
@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_a_call_by_short_number_is_charged(installation: Installation, folder: Path, transport: str) -> None:
    before = usage_count(installation, "completed")
    with (
        telephone(installation, folder, 0, transport=transport) as caller,
        telephone(installation, folder, 1, transport=transport) as called,
    ):
        caller.expect("REGISTER_OK")
        called.expect("REGISTER_OK")
        caller.dial(TELEPHONES[1].short_number)
        incoming = called.expect("CALL_INCOMING")
        assert TELEPHONES[0].short_number in str(incoming["peeruri"])
        caller.expect("CALL_ESTABLISHED")
        called.expect("CALL_ESTABLISHED")
        time.sleep(1.2)
        caller.hang_up()
        called.expect("CALL_CLOSED")
    wait_for("the call's usage", lambda: usage_count(installation, "completed") == before + 1)
    talk_ms, call_class, fen = installation.rows(
        "SELECT talk_ms, call_class, charge_fen FROM charging_usage ORDER BY id DESC LIMIT 1"
    )[0]
    assert 1_000 <= talk_ms <= 10_000
    assert (call_class, fen) == ("in_group", 0)
    wait_for(
        "the call in the lake",
        lambda: installation.rows("SELECT count(*) FROM reporting_lakefile WHERE \"table\" = 'calls'")[0][0],
    )


@pytest.mark.req("VPN-02", "VPN-03", "VPN-09", "VPN-10")
def test_the_vpns_short_number_leads_from_city_to_city(installation: Installation, folder: Path) -> None:
    far = VPN_TELEPHONES[0]
    with (
        telephone(installation, folder, 0) as taiyuan,
        Telephone(folder / far.username, far.username, far.password, server=installation.sip) as datong,
    ):
        taiyuan.expect("REGISTER_OK")
        datong.expect("REGISTER_OK")
        taiyuan.dial(far.short_number)
        assert f"{VPN_LEAD}{TELEPHONES[0].short_number}" in str(datong.expect("CALL_INCOMING")["peeruri"])
        taiyuan.expect("CALL_ESTABLISHED")
        time.sleep(1.0)
        taiyuan.hang_up()
        datong.expect("CALL_CLOSED")
        datong.dial("60000")
        assert far.short_number in str(taiyuan.expect("CALL_INCOMING")["peeruri"])
        datong.expect("CALL_ESTABLISHED", count=2)
        datong.hang_up()
    charged = wait_for("the call's usage", lambda: installation.rows(
        "SELECT call_class, charge_fen FROM charging_usage WHERE dialled = %s", far.short_number
    ))  # fmt: skip
    assert [tuple(row) for row in charged] == [("in_vpn", 6)]


def test_a_wrong_password_is_refused(installation: Installation, folder: Path) -> None:
    phone = TELEPHONES[2]  # guessing locks the account for a while: not one that other tests need
    with Telephone(folder / "thief", phone.username, "not-the-password", server=installation.sip) as thief:
        thief.expect("REGISTER_FAIL")
    assert "not-the-password" not in installation.log()


def test_a_voice_process_that_is_killed_in_a_call_loses_no_charge(
    installation: Installation, folder: Path
) -> None:
    before = usage_count(installation, "interrupted")
    with telephone(installation, folder, 0) as caller, telephone(installation, folder, 1) as called:
        caller.expect("REGISTER_OK")
        called.expect("REGISTER_OK")
        caller.dial(TELEPHONES[1].short_number)
        caller.expect("CALL_ESTABLISHED")
        installation.kill("voice")
        wait_for(
            "the interrupted call's usage", lambda: usage_count(installation, "interrupted") == before + 1
        )
        time.sleep(1.0)
        assert usage_count(installation, "interrupted") == before + 1
        # Registrations outlived the process: the next call needs no new one.
        caller.hang_up()
        called.hang_up()
        wait_for("the voice process again", lambda: installation.pid("voice"))
        time.sleep(1.0)
        caller.dial(TELEPHONES[1].short_number)
        caller.expect("CALL_ESTABLISHED", count=2)
