"""Where calls go, with real telephones (baresip, sipp) at a voice process of its own."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from msgspec.structs import replace as changed
from tests.kit.ports import free_port
from tests.kit.waiting import wait_for

from dakehu.kernel.numbers import CallClass
from dakehu.numbering.domain.lines import LineKind
from dakehu.numbering.domain.onenumber import Bound, Follow, OneNumber
from dakehu.numbering.domain.passwords import password_key
from dakehu.numbering.domain.services import Services
from dakehu.numbering.domain.trunks import Gateway, Rewriting, TrunkGroup
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.callcontrol.tests.test_vpn import VPN, joined
from dakehu.switch.directory import LineEntry
from dakehu.switch.records import EndCause
from dakehu.switchd.tests.process import voice
from dakehu.switchd.tests.sipp import SDP, Script, Sipp
from dakehu.switchd.tests.test_telephones import telephone

pytestmark = pytest.mark.sip


def lines_with(*those: LineEntry) -> Iterable[LineEntry]:
    """The town's lines, those as they are given."""
    return {line.public_number: line for line in (*office.LINES, *those)}.values()


@pytest.mark.req("CTX-07", "LIN-03")
@pytest.mark.parametrize("kind", [LineKind.FIXED, LineKind.WIRELESS])
def test_busy_then_call_waiting_by_its_code(tmp_path: Path, kind: LineKind) -> None:
    line = changed(office.BO, kind=kind)
    with (
        voice(tmp_path / "home", lines=lines_with(line)) as process,
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


@pytest.mark.req("VPN-13")
def test_a_password_opens_a_barred_telephone_and_guessing_locks_it(tmp_path: Path) -> None:
    """And no password is found in a record or in the log."""
    barred = joined(office.LOCAL_ONLY, "61004")
    key = password_key(office.BO.public_number, "471147")
    owner = joined(office.BO, "61002", services=Services(vpn_key=key))
    with voice(tmp_path / "home", lines=lines_with(barred, owner), others=(VPN,)) as process:
        far, near = Sipp(tmp_path, process.port), Sipp(tmp_path, process.port)
        far.run(Script("remote").register())
        near.run(Script("tel8004", "903522221234").invite().hear(403).ack_failure())
        answering = Script("remote").heed("INVITE", "From: .sip:03512348004@").reply("200 OK", sdp=SDP)
        waiting = far.start(answering.heed("ACK").heed("BYE").reply("200 OK"))
        right = Script("tel8004", "*542*61002*471147*903522221234%23").invite()
        near.run(right.hear(200).ack().ask("BYE").hear(200))
        far.end(waiting)
        for guess in range(6):
            wrong = Script("tel8004", f"*542*61002*47114{guess}*903522221234%23").invite()
            near.run(wrong.hear(403).ack_failure())
        near.run(Script("tel8004", "*542*61002*471147*903522221234%23").invite().hear(403).ack_failure())
        wait_for("nine records", lambda: len(process.records()) == 9)
        records = process.records()
        kept = (tmp_path / "home" / "log").read_bytes()
        kept += b"".join(
            path.read_bytes() for path in (tmp_path / "home" / "spool").iterdir() if path.is_file()
        )
    assert [record.cause for record in records].count(EndCause.COMPLETED) == 1
    assert {record.calling_number for record in records} == {barred.public_number}
    assert {record.dialled for record in records[1:]} == {"*542*61002*xxxx*903522221234#"}
    assert records[1].authorised_by == owner.public_number
    assert [record.trace[-1] for record in records[2:]] == ["password_wrong"] * 5 + ["password_locked"] * 2
    assert b"47114" not in kept


def gateway_script(*steps: str) -> Script:
    """sipp as a gateway: it neither registers nor answers challenges."""
    script = Script("gateway").heed("INVITE")
    for status in steps:
        script.reply(status, sdp=SDP if status.startswith("200") else "")
    return script


def test_a_call_by_gateway_fails_over_and_is_bounded_but_for_emergencies(tmp_path: Path) -> None:
    """One group of one channel and two gateways, the first out of order."""
    one, two = free_port(), free_port()
    places = (Gateway("127.0.0.1", one), Gateway("127.0.0.1", two))
    group = TrunkGroup("CITY", "TY01", "0351", places, channels=1, calling=Rewriting(1, "+86"))
    options = ("--trunk-check", "0", "--trunk-silent", "1")
    with voice(tmp_path / "home", *options, others=(group,)) as process:
        first, second = Sipp(tmp_path, process.port, port=one), Sipp(tmp_path, process.port, port=two)
        refusing = first.start(gateway_script("503 Service Unavailable").heed("ACK"))
        taking = Script("gateway").heed("INVITE", "P-Asserted-Identity: .sip:.863512348001@")
        taking.reply("180 Ringing").reply("200 OK", sdp=SDP).heed("ACK").heed("BYE").reply("200 OK")
        answering = second.start(taking)
        caller = Script("tel8001", "913800000000").invite().hear(180).hear(200).ack().pause(3000)
        talking = Sipp(tmp_path, process.port).start(caller.ask("BYE").hear(200))
        first.end(refusing)
        congested = Script("tel8002", "913900000000").invite().hear(503, "cause=34").ack_failure()
        Sipp(tmp_path, process.port).run(congested)
        helping = first.start(gateway_script("200 OK").heed("ACK").heed("BYE").reply("200 OK"))
        Sipp(tmp_path, process.port).run(
            Script("tel8002", "110").invite().hear(200).ack().ask("BYE").hear(200)
        )
        first.end(helping)
        second.end(answering)
        assert talking.wait(20) == 0
        wait_for("the records", lambda: len(process.records()) == 3)
        records = {record.dialled: record for record in process.records()}
    assert records["913800000000"].call_class is CallClass.LOCAL
    assert records["913900000000"].cause is EndCause.OVERLOADED
    assert records["110"].trace[-1] == "trunk CITY"


def test_a_gateway_brings_a_call_to_a_line(tmp_path: Path) -> None:
    place = free_port()
    group = TrunkGroup("CITY", "TY01", "0351", (Gateway("127.0.0.1", place),))
    with voice(tmp_path / "home", "--trunk-check", "0", others=(group,)) as process:
        anna = Sipp(tmp_path, process.port)
        anna.run(Script("tel8001").register())
        answering = Script("tel8001").heed("INVITE", "P-Asserted-Identity: .sip:13900000000@")
        waiting = anna.start(answering.reply("200 OK", sdp=SDP).heed("ACK").heed("BYE").reply("200 OK"))
        caller = Script("13900000000", "03512348001").ask("INVITE", sdp=SDP).hear(100, optional=True)
        Sipp(tmp_path, process.port, port=place).run(caller.hear(200).ack().ask("BYE").hear(200))
        anna.end(waiting)
        (record,) = wait_for("the record", process.records)
    assert (record.calling_number, record.calling_customer_id, record.call_class) == ("13900000000", 0, None)


@pytest.mark.req("LIN-04", "VPN-18")
@pytest.mark.parametrize("kind", [LineKind.FIXED, LineKind.WIRELESS])
def test_a_member_calls_by_card(tmp_path: Path, kind: LineKind) -> None:
    place = free_port()
    group = TrunkGroup("CARDS", "TY01", "0351", (Gateway("127.0.0.1", place),), ("200", "201"))
    member = joined(office.HOME, "61009", kind=kind)
    with voice(
        tmp_path / "home", "--trunk-check", "0", lines=lines_with(member), others=(VPN, group)
    ) as process:
        platform = Sipp(tmp_path, process.port, port=place)
        taking = Script("gateway").heed("INVITE", "INVITE sip:200@").reply("200 OK", sdp=SDP).heed("ACK")
        waiting = platform.start(taking.heed("BYE").reply("200 OK"))
        caller = Script("home", "9200").invite().hear(200).ack().ask("BYE").hear(200)
        Sipp(tmp_path, process.port).run(caller)
        platform.end(waiting)
        (record,) = wait_for("the record", process.records)
    assert (record.called_number, record.call_class) == ("200", CallClass.SPECIAL)
