"""Passwords that subscribers dial: what is kept of them, and calls that one authorises (鉴权, VPN-13).

A member of a VPN dials `*542*password*number#` at its own telephone, or `*542*short*password*number#` at any
telephone of the VPN, `short` being its own short number there. Four to six digits are too few to say by
themselves whose they are: whoever tried any would soon meet somebody's.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass

_CALL_PASSWORD = re.compile(r"[0-9]{4,6}")


@dataclass(frozen=True, slots=True)
class ByPassword:
    """A call by password as dialled. `owner` is the short number of whose password it is, empty for the
    telephone's own line.

    Not to be shown or kept: it holds the password.
    """

    owner: str
    password: str
    number: str


def by_password(arguments: Sequence[str]) -> ByPassword | None:
    """The call that the arguments of the code ask for; None where they are none."""
    match list(arguments):
        case [password, number]:
            owner = ""
        case [owner, password, number]:
            pass
        case _:
            return None
    return ByPassword(owner, password, number) if is_call_password(password) else None


def is_call_password(text: str) -> bool:
    """Whether it has the form of a password that authorises calls: 4 to 6 digits."""
    return _CALL_PASSWORD.fullmatch(text) is not None


def password_key(number: str, password: str) -> str:
    """What is kept of a line's password. Its few digits can be tried by whoever holds the file: this keeps
    the password from the eyes of those who look, no more."""
    return hashlib.blake2b(password.encode(), key=number.encode()[:64], digest_size=16).hexdigest()


def proves(key: str, number: str, password: str) -> bool:
    """Whether it is the password of which the line with that number keeps `key`; without one none is."""
    return bool(key) and hmac.compare_digest(key, password_key(number, password))
