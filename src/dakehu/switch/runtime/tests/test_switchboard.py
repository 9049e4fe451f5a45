"""What belongs to which call, also after a leg went to another one."""

from __future__ import annotations

from dakehu.switch.callcontrol import CALLER, Leg, new_call
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.runtime.sessions import Pending, Purpose, Session, Side
from dakehu.switch.runtime.switchboard import Switchboard
from dakehu.switch.sip import ClientId, Request

ASKED = Request.build("OPTIONS", "sip:192.0.2.1", [])


def a_session(board: Switchboard, name: str) -> Session:
    call = new_call(record_id=name, call_id=name, caller=office.ANNA, dialled="8002", now_ms=0)
    session = Session(call, {Leg(1): Side(Leg(1), f"{name}-1"), CALLER: Side(CALLER, f"{name}-0")})
    board.add(session)
    return session


def test_a_request_open_on_a_leg_goes_with_it_to_another_call() -> None:
    board = Switchboard()
    old, new = a_session(board, "old"), a_session(board, "new")
    side, stays = old.side(Leg(1)), old.side(CALLER)
    with_leg, with_call = ClientId("1"), ClientId("2")
    board.note_client(with_leg, Pending(old, side, Purpose.REINVITE, ASKED))
    board.note_client(with_call, Pending(old, stays, Purpose.BYE, ASKED))
    board.move(side, old, new, Leg(2))
    board.remove(old)
    pending = board.by_client(with_leg)
    assert pending is not None
    assert (pending.session, pending.side.leg) == (new, Leg(2))
    assert board.by_client(with_call) is None


def test_a_request_that_had_its_last_word_leaves_nothing() -> None:
    board = Switchboard()
    session = a_session(board, "long")
    for number in range(100):
        client = ClientId(str(number))
        board.note_client(client, Pending(session, session.side(CALLER), Purpose.REINVITE, ASKED))
        board.finish_client(client)
    assert not session.clients
