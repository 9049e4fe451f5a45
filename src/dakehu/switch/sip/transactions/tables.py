"""The four transaction machines as tables (RFC 3261 section 17, corrected by RFC 6026).

Each machine has a table of moves (`StateTable`, from which the diagrams are drawn) and a table of effects:
what is to be done on a move. Effects are words; `client.py` and `server.py` carry them out. A pair (state,
event) without a move is something that cannot matter any more (a late timer, a response of a higher class
after a lower one) and is ignored by those modules, never guessed at.

Timers, with the defaults of section 17.1.1.1 (T1 = 0.5 s, T2 = 4 s, T4 = 5 s)::

    A  INVITE retransmission, T1, doubling           UDP only      client
    B  INVITE timeout, 64*T1                                       client
    D  absorb repeated failures, 32 s                0 if reliable client
    E  request retransmission, T1, doubling to T2    UDP only      client
    F  request timeout, 64*T1                                      client
    G  failure retransmission, T1, doubling to T2    UDP only      server
    H  no ACK came, 64*T1                                          server
    I  absorb repeated ACKs, T4                      0 if reliable server
    J  absorb repeated requests, 64*T1               0 if reliable server
    K  absorb repeated responses, T4                 0 if reliable client
    L  absorb repeated INVITEs after 2xx, 64*T1 (RFC 6026)         server
    M  wait for 2xx of other forks, 64*T1 (RFC 6026)               client
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple, TypeVar

from dakehu.kernel.states import StateTable


class Timer(StrEnum):
    """The letters of RFC 3261 table 4 and RFC 6026."""

    A = "A"
    B = "B"
    D = "D"
    E = "E"
    F = "F"
    G = "G"
    H = "H"
    I = "I"  # noqa: E741 - the RFC's own letter
    J = "J"
    K = "K"
    L = "L"
    M = "M"


class Effect(StrEnum):
    """What a move asks for."""

    SEND = "send"  # the transaction's current message, first or again
    ACK = "ack"  # an ACK for a failure, made from the INVITE (17.1.1.3)
    DELIVER = "deliver"  # hand the response to the transaction user
    DELIVER_ACK = "deliver_ack"  # hand the ACK to the transaction user (RFC 6026)
    FAIL_TIMEOUT = "fail_timeout"
    FAIL_TRANSPORT = "fail_transport"


class InviteClientState(StrEnum):
    CALLING = "calling"
    PROCEEDING = "proceeding"
    ACCEPTED = "accepted"
    COMPLETED = "completed"
    TERMINATED = "terminated"


class InviteClientEvent(StrEnum):
    PROVISIONAL = "1xx"
    SUCCESS = "2xx"
    FAILURE = "300-699"
    TIMER_A = "timer A"
    TIMER_B = "timer B"
    TIMER_D = "timer D"
    TIMER_M = "timer M"
    TRANSPORT_ERROR = "transport error"


_ICS, _ICE = InviteClientState, InviteClientEvent

INVITE_CLIENT = StateTable(
    name="INVITE client transaction",
    initial=_ICS.CALLING,
    moves={
        (_ICS.CALLING, _ICE.TIMER_A): _ICS.CALLING,
        (_ICS.CALLING, _ICE.PROVISIONAL): _ICS.PROCEEDING,
        (_ICS.CALLING, _ICE.SUCCESS): _ICS.ACCEPTED,
        (_ICS.CALLING, _ICE.FAILURE): _ICS.COMPLETED,
        (_ICS.CALLING, _ICE.TIMER_B): _ICS.TERMINATED,
        (_ICS.CALLING, _ICE.TRANSPORT_ERROR): _ICS.TERMINATED,
        (_ICS.PROCEEDING, _ICE.PROVISIONAL): _ICS.PROCEEDING,
        (_ICS.PROCEEDING, _ICE.SUCCESS): _ICS.ACCEPTED,
        (_ICS.PROCEEDING, _ICE.FAILURE): _ICS.COMPLETED,
        # Timer B is off here; it is set again once a CANCEL was sent (9.1: 64*T1 for the final response).
        (_ICS.PROCEEDING, _ICE.TIMER_B): _ICS.TERMINATED,
        (_ICS.PROCEEDING, _ICE.TRANSPORT_ERROR): _ICS.TERMINATED,
        (_ICS.ACCEPTED, _ICE.SUCCESS): _ICS.ACCEPTED,
        (_ICS.ACCEPTED, _ICE.TIMER_M): _ICS.TERMINATED,
        (_ICS.COMPLETED, _ICE.FAILURE): _ICS.COMPLETED,
        (_ICS.COMPLETED, _ICE.TIMER_D): _ICS.TERMINATED,
        (_ICS.COMPLETED, _ICE.TRANSPORT_ERROR): _ICS.TERMINATED,
    },
)

INVITE_CLIENT_EFFECTS: Mapping[tuple[InviteClientState, InviteClientEvent], tuple[Effect, ...]] = {
    (_ICS.CALLING, _ICE.TIMER_A): (Effect.SEND,),
    (_ICS.CALLING, _ICE.PROVISIONAL): (Effect.DELIVER,),
    (_ICS.CALLING, _ICE.SUCCESS): (Effect.DELIVER,),
    (_ICS.CALLING, _ICE.FAILURE): (Effect.ACK, Effect.DELIVER),
    (_ICS.CALLING, _ICE.TIMER_B): (Effect.FAIL_TIMEOUT,),
    (_ICS.CALLING, _ICE.TRANSPORT_ERROR): (Effect.FAIL_TRANSPORT,),
    (_ICS.PROCEEDING, _ICE.PROVISIONAL): (Effect.DELIVER,),
    (_ICS.PROCEEDING, _ICE.SUCCESS): (Effect.DELIVER,),
    (_ICS.PROCEEDING, _ICE.FAILURE): (Effect.ACK, Effect.DELIVER),
    (_ICS.PROCEEDING, _ICE.TIMER_B): (Effect.FAIL_TIMEOUT,),
    (_ICS.PROCEEDING, _ICE.TRANSPORT_ERROR): (Effect.FAIL_TRANSPORT,),
    (_ICS.ACCEPTED, _ICE.SUCCESS): (Effect.DELIVER,),
    (_ICS.COMPLETED, _ICE.FAILURE): (Effect.ACK,),
    (_ICS.COMPLETED, _ICE.TRANSPORT_ERROR): (),
}


class ClientState(StrEnum):
    TRYING = "trying"
    PROCEEDING = "proceeding"
    COMPLETED = "completed"
    TERMINATED = "terminated"


class ClientEvent(StrEnum):
    PROVISIONAL = "1xx"
    FINAL = "200-699"
    TIMER_E = "timer E"
    TIMER_F = "timer F"
    TIMER_K = "timer K"
    TRANSPORT_ERROR = "transport error"


_CS, _CE = ClientState, ClientEvent

CLIENT = StateTable(
    name="non-INVITE client transaction",
    initial=_CS.TRYING,
    moves={
        (_CS.TRYING, _CE.TIMER_E): _CS.TRYING,
        (_CS.TRYING, _CE.PROVISIONAL): _CS.PROCEEDING,
        (_CS.TRYING, _CE.FINAL): _CS.COMPLETED,
        (_CS.TRYING, _CE.TIMER_F): _CS.TERMINATED,
        (_CS.TRYING, _CE.TRANSPORT_ERROR): _CS.TERMINATED,
        (_CS.PROCEEDING, _CE.TIMER_E): _CS.PROCEEDING,
        (_CS.PROCEEDING, _CE.PROVISIONAL): _CS.PROCEEDING,
        (_CS.PROCEEDING, _CE.FINAL): _CS.COMPLETED,
        (_CS.PROCEEDING, _CE.TIMER_F): _CS.TERMINATED,
        (_CS.PROCEEDING, _CE.TRANSPORT_ERROR): _CS.TERMINATED,
        (_CS.COMPLETED, _CE.TIMER_K): _CS.TERMINATED,
    },
)

CLIENT_EFFECTS: Mapping[tuple[ClientState, ClientEvent], tuple[Effect, ...]] = {
    (_CS.TRYING, _CE.TIMER_E): (Effect.SEND,),
    (_CS.TRYING, _CE.PROVISIONAL): (Effect.DELIVER,),
    (_CS.TRYING, _CE.FINAL): (Effect.DELIVER,),
    (_CS.TRYING, _CE.TIMER_F): (Effect.FAIL_TIMEOUT,),
    (_CS.TRYING, _CE.TRANSPORT_ERROR): (Effect.FAIL_TRANSPORT,),
    (_CS.PROCEEDING, _CE.TIMER_E): (Effect.SEND,),
    (_CS.PROCEEDING, _CE.PROVISIONAL): (Effect.DELIVER,),
    (_CS.PROCEEDING, _CE.FINAL): (Effect.DELIVER,),
    (_CS.PROCEEDING, _CE.TIMER_F): (Effect.FAIL_TIMEOUT,),
    (_CS.PROCEEDING, _CE.TRANSPORT_ERROR): (Effect.FAIL_TRANSPORT,),
}


class InviteServerState(StrEnum):
    PROCEEDING = "proceeding"
    ACCEPTED = "accepted"
    COMPLETED = "completed"
    CONFIRMED = "confirmed"
    TERMINATED = "terminated"


class InviteServerEvent(StrEnum):
    REQUEST = "INVITE again"
    ACK = "ACK"
    SEND_PROVISIONAL = "send 1xx"
    SEND_SUCCESS = "send 2xx"
    SEND_FAILURE = "send 300-699"
    TIMER_G = "timer G"
    TIMER_H = "timer H"
    TIMER_I = "timer I"
    TIMER_L = "timer L"
    TRANSPORT_ERROR = "transport error"


_ISS, _ISE = InviteServerState, InviteServerEvent

INVITE_SERVER = StateTable(
    name="INVITE server transaction",
    initial=_ISS.PROCEEDING,
    moves={
        (_ISS.PROCEEDING, _ISE.REQUEST): _ISS.PROCEEDING,
        (_ISS.PROCEEDING, _ISE.SEND_PROVISIONAL): _ISS.PROCEEDING,
        (_ISS.PROCEEDING, _ISE.SEND_SUCCESS): _ISS.ACCEPTED,
        (_ISS.PROCEEDING, _ISE.SEND_FAILURE): _ISS.COMPLETED,
        (_ISS.PROCEEDING, _ISE.TRANSPORT_ERROR): _ISS.PROCEEDING,
        (_ISS.ACCEPTED, _ISE.REQUEST): _ISS.ACCEPTED,
        (_ISS.ACCEPTED, _ISE.ACK): _ISS.ACCEPTED,
        (_ISS.ACCEPTED, _ISE.SEND_SUCCESS): _ISS.ACCEPTED,
        (_ISS.ACCEPTED, _ISE.TRANSPORT_ERROR): _ISS.ACCEPTED,
        (_ISS.ACCEPTED, _ISE.TIMER_L): _ISS.TERMINATED,
        (_ISS.COMPLETED, _ISE.REQUEST): _ISS.COMPLETED,
        (_ISS.COMPLETED, _ISE.TIMER_G): _ISS.COMPLETED,
        (_ISS.COMPLETED, _ISE.TRANSPORT_ERROR): _ISS.COMPLETED,
        (_ISS.COMPLETED, _ISE.ACK): _ISS.CONFIRMED,
        (_ISS.COMPLETED, _ISE.TIMER_H): _ISS.TERMINATED,
        (_ISS.CONFIRMED, _ISE.TIMER_I): _ISS.TERMINATED,
    },
)

INVITE_SERVER_EFFECTS: Mapping[tuple[InviteServerState, InviteServerEvent], tuple[Effect, ...]] = {
    (_ISS.PROCEEDING, _ISE.REQUEST): (Effect.SEND,),
    (_ISS.PROCEEDING, _ISE.SEND_PROVISIONAL): (Effect.SEND,),
    (_ISS.PROCEEDING, _ISE.SEND_SUCCESS): (Effect.SEND,),
    (_ISS.PROCEEDING, _ISE.SEND_FAILURE): (Effect.SEND,),
    (_ISS.ACCEPTED, _ISE.ACK): (Effect.DELIVER_ACK,),
    (_ISS.ACCEPTED, _ISE.SEND_SUCCESS): (Effect.SEND,),
    (_ISS.COMPLETED, _ISE.REQUEST): (Effect.SEND,),
    (_ISS.COMPLETED, _ISE.TIMER_G): (Effect.SEND,),
}


class ServerState(StrEnum):
    TRYING = "trying"
    PROCEEDING = "proceeding"
    COMPLETED = "completed"
    TERMINATED = "terminated"


class ServerEvent(StrEnum):
    REQUEST = "request again"
    SEND_PROVISIONAL = "send 1xx"
    SEND_FINAL = "send 200-699"
    TIMER_J = "timer J"
    TRANSPORT_ERROR = "transport error"


_SS, _SE = ServerState, ServerEvent

SERVER = StateTable(
    name="non-INVITE server transaction",
    initial=_SS.TRYING,
    moves={
        (_SS.TRYING, _SE.REQUEST): _SS.TRYING,
        (_SS.TRYING, _SE.SEND_PROVISIONAL): _SS.PROCEEDING,
        (_SS.TRYING, _SE.SEND_FINAL): _SS.COMPLETED,
        (_SS.PROCEEDING, _SE.REQUEST): _SS.PROCEEDING,
        (_SS.PROCEEDING, _SE.SEND_PROVISIONAL): _SS.PROCEEDING,
        (_SS.PROCEEDING, _SE.SEND_FINAL): _SS.COMPLETED,
        (_SS.PROCEEDING, _SE.TRANSPORT_ERROR): _SS.TERMINATED,
        (_SS.COMPLETED, _SE.REQUEST): _SS.COMPLETED,
        (_SS.COMPLETED, _SE.TIMER_J): _SS.TERMINATED,
        (_SS.COMPLETED, _SE.TRANSPORT_ERROR): _SS.TERMINATED,
    },
)

SERVER_EFFECTS: Mapping[tuple[ServerState, ServerEvent], tuple[Effect, ...]] = {
    (_SS.TRYING, _SE.SEND_PROVISIONAL): (Effect.SEND,),
    (_SS.TRYING, _SE.SEND_FINAL): (Effect.SEND,),
    (_SS.PROCEEDING, _SE.REQUEST): (Effect.SEND,),
    (_SS.PROCEEDING, _SE.SEND_PROVISIONAL): (Effect.SEND,),
    (_SS.PROCEEDING, _SE.SEND_FINAL): (Effect.SEND,),
    (_SS.COMPLETED, _SE.REQUEST): (Effect.SEND,),
}


class Move(NamedTuple):
    """A compiled move: where to, and what to do on the way."""

    state: str
    effects: tuple[Effect, ...]


Machine = Mapping[tuple[str, str], Move]
"""A table of moves and its effects in one look-up. Machines are never merged: their words overlap."""

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


def _compiled(table: StateTable[S, E], effects: Mapping[tuple[S, E], tuple[Effect, ...]]) -> Machine:
    return {
        (state, event): Move(after, effects.get((state, event), ()))
        for (state, event), after in table.moves.items()
    }


INVITE_CLIENT_MACHINE = _compiled(INVITE_CLIENT, INVITE_CLIENT_EFFECTS)
CLIENT_MACHINE = _compiled(CLIENT, CLIENT_EFFECTS)
INVITE_SERVER_MACHINE = _compiled(INVITE_SERVER, INVITE_SERVER_EFFECTS)
SERVER_MACHINE = _compiled(SERVER, SERVER_EFFECTS)
