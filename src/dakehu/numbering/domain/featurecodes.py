"""National feature codes: what a subscriber dials to set the line's services, and what comes of it.

    *57*TN#  #57#      forwarding of every call          *40*TN#  #40#   on busy
    *41*TN#  #41#      on no answer, *42*TN# not reachable
    *52*TN#  #52#      hotline                            *51*MN*TN#  #51*MN#   abbreviated number MN (**MN)
    *54*SSSSK#, *54*SSSS*K#, #54*SSSS#                    outgoing restriction: K is 1 all, 2 national and
                                                          international, 3 international; SSSS its password
    *541*old*new*new#                                     another password
    *542*SSSS*TN#, *542*MN*SSSS*TN#                       call TN by the password SSSS, 4 to 6 digits, of this
                                                          line or of the VPN's member MN (VPN-13)
    *543*old*new*new#                                     another password for that
    *56#  #56#         do not disturb                     *50#  #50#     absent
    *58#  #58#         call waiting
    *#NN#              is it on?
    *11#               pick up a call that rings in the group, *12*SN# one that rings at SN
    *13#               park: what a call is handed on to; *14*SN# takes what SN has parked
    *55*HHMM#  #55#    alarm call, once               *59#  #59#   call back whom one has just met busy
    *17#  *17*PW#  #17#   serve the VPN's attendant number, or no more; who is no console shows a password
    *15*SN#  *16*SN#   an attendant breaks into the talk of SN, or ends it

A tenant may have other digits for a feature (`codes`); the shape stays. The first password of a restriction
is the one it is first set with. Passwords are `masked` in whatever is kept of the digits. A line that may
call inside its group alone has no restriction beside that (CTX-15). Everything is decided here, without I/O:
`serve` gives the services as they are then, and what the subscriber is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from dakehu.numbering.domain.lines import LineKind
from dakehu.numbering.domain.passwords import is_call_password, password_key, proves
from dakehu.numbering.domain.services import Restriction, Services, check_line_services


class Feature(StrEnum):
    FORWARD_ALWAYS = "forward_always"
    FORWARD_BUSY = "forward_busy"
    FORWARD_NO_ANSWER = "forward_no_answer"
    FORWARD_NOT_REACHABLE = "forward_not_reachable"
    HOTLINE = "hotline"
    ABBREVIATED = "abbreviated"
    RESTRICTION = "restriction"
    RESTRICTION_PASSWORD = "restriction_password"  # noqa: S105 - the name of a feature
    CALL_BY_PASSWORD = "call_by_password"  # noqa: S105 - the name of a feature
    CALL_PASSWORD = "call_password"  # noqa: S105 - the name of a feature
    DO_NOT_DISTURB = "do_not_disturb"
    ABSENT = "absent"
    CALL_WAITING = "call_waiting"
    PICK_UP = "pick_up"
    PICK_UP_LINE = "pick_up_line"
    PARK = "park"
    RETRIEVE = "retrieve"
    BREAK_IN = "break_in"
    RELEASE = "release"
    ALARM = "alarm"
    CALL_BACK = "call_back"
    ATTEND = "attend"


ON_CALLS = frozenset({
    Feature.PICK_UP, Feature.PICK_UP_LINE, Feature.PARK, Feature.RETRIEVE, Feature.BREAK_IN, Feature.RELEASE,
})  # fmt: skip
"""Codes that do something to a call of others and set nothing."""
LATER = frozenset({Feature.ALARM, Feature.CALL_BACK})
"""Codes by which the exchange is to call the line later."""


class Told(StrEnum):
    """What the subscriber hears."""

    ACTIVATED = "activated"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    IS_ON = "is_on"
    IS_OFF = "is_off"
    UNKNOWN = "unknown"
    PASSWORD_WRONG = "password_wrong"  # noqa: S105 - the name of an outcome
    ALARM = "alarm"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of an outcome


class Act(StrEnum):
    ACTIVATE = "activate"
    CANCEL = "cancel"
    QUERY = "query"


@dataclass(frozen=True, slots=True)
class Subscriber:
    """The line that dials a code, as far as it decides."""

    number: str
    kind: LineKind
    in_group_only: bool = False
    in_vpn: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """A feature code as dialled; `feature` is None for digits that no feature has."""

    act: Act
    feature: Feature | None
    arguments: tuple[str, ...] = ()


CODES: Mapping[str, Feature] = MappingProxyType({
    "57": Feature.FORWARD_ALWAYS,
    "40": Feature.FORWARD_BUSY,
    "41": Feature.FORWARD_NO_ANSWER,
    "42": Feature.FORWARD_NOT_REACHABLE,
    "52": Feature.HOTLINE,
    "51": Feature.ABBREVIATED,
    "54": Feature.RESTRICTION,
    "541": Feature.RESTRICTION_PASSWORD,
    "542": Feature.CALL_BY_PASSWORD,
    "543": Feature.CALL_PASSWORD,
    "56": Feature.DO_NOT_DISTURB,
    "50": Feature.ABSENT,
    "11": Feature.PICK_UP,
    "12": Feature.PICK_UP_LINE,
    "13": Feature.PARK,
    "14": Feature.RETRIEVE,
    "15": Feature.BREAK_IN,
    "16": Feature.RELEASE,
    "55": Feature.ALARM,
    "59": Feature.CALL_BACK,
    "17": Feature.ATTEND,
    "58": Feature.CALL_WAITING,
})  # fmt: skip
_SHAPE = re.compile(r"(\*#|\*|#)([0-9]{2,3})((?:\*\+?[0-9]+)*)#")
_ACTS = {"*": Act.ACTIVATE, "#": Act.CANCEL, "*#": Act.QUERY}
_PASSWORD = re.compile(r"[0-9]{4}")
SECRET = frozenset({
    Feature.RESTRICTION, Feature.RESTRICTION_PASSWORD, Feature.CALL_BY_PASSWORD, Feature.CALL_PASSWORD,
    Feature.ATTEND,
})  # fmt: skip
"""Features that are told a password."""
_MASK = "xxxx"
_CODE_BEGUN = re.compile(r"(?!\*\*[0-9]*$)(?:\*#|[*#])[0-9]{0,3}")
_LEVELS = {"1": Restriction.ALL, "2": Restriction.NATIONAL, "3": Restriction.INTERNATIONAL}

Outcome = tuple[Services, Told]


def parse(dialled: str, codes: Mapping[str, Feature] = CODES) -> Command | None:
    """The command, or None where the digits are no feature code at all ("**12" is a number)."""
    found = _SHAPE.fullmatch(dialled)
    if found is None:
        return None
    sign, digits, rest = found.groups()
    return Command(_ACTS[sign], codes.get(digits), tuple(rest.split("*")[1:]))


def masked(dialled: str, codes: Mapping[str, Feature] = CODES) -> str:
    """The digits as they may be kept and shown: without passwords, and without what might be one."""
    command = parse(dialled, codes)
    if command is None:
        begun = _CODE_BEGUN.match(dialled)
        return f"{begun.group()}{_MASK}" if begun is not None and begun.group() != dialled else dialled
    if command.feature is not None and command.feature not in SECRET:
        return dialled
    head = dialled.removesuffix("#").split("*")
    kept = len(head) - len(command.arguments)
    shown = [_MASK if _is_secret(command, place) else each for place, each in enumerate(command.arguments)]
    return "*".join([*head[:kept], *shown]) + "#"


def _is_secret(command: Command, place: int) -> bool:
    """Whether the argument in that place is to be hidden."""
    if command.feature is Feature.CALL_BY_PASSWORD and len(command.arguments) in {2, 3}:
        return place == len(command.arguments) - 2
    return True


def serve(services: Services, command: Command, line: Subscriber) -> Outcome:
    """Carry the command out. A refusal leaves the services as they are."""
    if command.feature is None:
        return services, Told.UNKNOWN
    if command.feature in ON_CALLS or command.feature in LATER or command.feature is Feature.ATTEND:
        return services, Told.REFUSED
    if command.act is Act.QUERY:
        return services, Told.IS_ON if is_on(services, command.feature) else Told.IS_OFF
    changed, told = _WAYS[command.feature](services, command, line)
    if changed == services:
        return services, told
    if check_line_services(changed, line.kind):
        return services, Told.REFUSED
    return changed, told


def is_on(services: Services, feature: Feature) -> bool:
    if feature is Feature.RESTRICTION_PASSWORD:
        return bool(services.restriction_key)
    if feature in {Feature.CALL_BY_PASSWORD, Feature.CALL_PASSWORD}:
        return bool(services.vpn_key)
    return bool(getattr(services, feature))


def alarm_time(command: Command) -> tuple[int, int] | None:
    """Hour and minute of an alarm call, None for what is no time of day."""
    if len(command.arguments) != 1 or not re.fullmatch(r"[0-9]{4}", command.arguments[0]):
        return None
    hour, minute = int(command.arguments[0][:2]), int(command.arguments[0][2:])
    return (hour, minute) if hour < 24 and minute < 60 else None


def _with(services: Services, name: str, value: Any) -> Services:
    return replace(services, **{name: value})


def _target(services: Services, command: Command, _line: Subscriber) -> Outcome:
    """Forwarding and the hotline: one number, or none to cancel."""
    name = str(command.feature)
    if command.act is Act.CANCEL:
        return _with(services, name, ""), Told.CANCELLED
    if len(command.arguments) != 1:
        return services, Told.REFUSED
    return _with(services, name, command.arguments[0]), Told.ACTIVATED


def _switch(services: Services, command: Command, _line: Subscriber) -> Outcome:
    if command.arguments:
        return services, Told.REFUSED
    on = command.act is Act.ACTIVATE
    told = Told.ACTIVATED if on else Told.CANCELLED
    return _with(services, str(command.feature), on), told


def _abbreviated(services: Services, command: Command, _line: Subscriber) -> Outcome:
    wanted = 2 if command.act is Act.ACTIVATE else 1
    if len(command.arguments) != wanted:
        return services, Told.REFUSED
    code = command.arguments[0]
    kept = tuple(pair for pair in services.abbreviated if pair[0] != code)
    if command.act is Act.CANCEL:
        return replace(services, abbreviated=kept), Told.CANCELLED
    return replace(services, abbreviated=(*kept, (code, command.arguments[1]))), Told.ACTIVATED


def _restriction(services: Services, command: Command, line: Subscriber) -> Outcome:
    password, level = _password_and_level(command)
    if password is None:
        return services, Told.REFUSED
    key = password_key(line.number, password)
    if services.restriction_key and services.restriction_key != key:
        return services, Told.PASSWORD_WRONG
    if command.act is Act.CANCEL:
        return replace(services, restriction=Restriction.NONE), Told.CANCELLED
    if level is None or line.in_group_only:
        return services, Told.REFUSED
    return replace(services, restriction=level, restriction_key=key), Told.ACTIVATED


def _password_and_level(command: Command) -> tuple[str | None, Restriction | None]:
    """Both variants: SSSSK in one, and SSSS*K."""
    match command.arguments:
        case (joined,) if len(joined) == 5:
            password, level = joined[:4], joined[4]
        case (password, level):
            pass
        case (password,):
            level = ""
        case _:
            return None, None
    return (password if _PASSWORD.fullmatch(password) else None), _LEVELS.get(level)


def _restriction_password(services: Services, command: Command, line: Subscriber) -> Outcome:
    if command.act is not Act.ACTIVATE or len(command.arguments) != 3:
        return services, Told.REFUSED
    old, new, again = command.arguments
    if services.restriction_key and not proves(services.restriction_key, line.number, old):
        return services, Told.PASSWORD_WRONG
    if new != again or not _PASSWORD.fullmatch(new):
        return services, Told.REFUSED
    return replace(services, restriction_key=password_key(line.number, new)), Told.PASSWORD_CHANGED


def _call_password(services: Services, command: Command, line: Subscriber) -> Outcome:
    if command.act is not Act.ACTIVATE or len(command.arguments) != 3 or not line.in_vpn:
        return services, Told.REFUSED
    old, new, again = command.arguments
    if services.vpn_key and not proves(services.vpn_key, line.number, old):
        return services, Told.PASSWORD_WRONG
    if new != again or not is_call_password(new):
        return services, Told.REFUSED
    return replace(services, vpn_key=password_key(line.number, new)), Told.PASSWORD_CHANGED


def _no_setting(services: Services, _command: Command, _line: Subscriber) -> Outcome:
    """A call, which is decided elsewhere, and nothing to be switched off."""
    return services, Told.REFUSED


_Way = Callable[[Services, Command, Subscriber], Outcome]
_WAYS: Mapping[Feature, _Way] = MappingProxyType({
    Feature.FORWARD_ALWAYS: _target,
    Feature.FORWARD_BUSY: _target,
    Feature.FORWARD_NO_ANSWER: _target,
    Feature.FORWARD_NOT_REACHABLE: _target,
    Feature.HOTLINE: _target,
    Feature.ABBREVIATED: _abbreviated,
    Feature.RESTRICTION: _restriction,
    Feature.RESTRICTION_PASSWORD: _restriction_password,
    Feature.CALL_BY_PASSWORD: _no_setting,
    Feature.CALL_PASSWORD: _call_password,
    Feature.DO_NOT_DISTURB: _switch,
    Feature.ABSENT: _switch,
    Feature.CALL_WAITING: _switch,
})  # fmt: skip
