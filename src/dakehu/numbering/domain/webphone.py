"""The short-lived account of a telephone in a browser (docs/decisions/0034).

Its user name says until when it holds: `<the line's user name>~<seconds since the epoch>`; its password is a
keyed hash of that name, as TURN's REST convention has it, under the line's own HA1. So whoever has the
line's HA1 (the pages and the voice process) can make and check it without asking anybody, a new password of
the line's telephone ends all of its short-lived ones, and from none of them the line's own can be had.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

LIFETIME_S = 600
"""How long an account holds; the page asks for the next one in time."""
_MARK = "~"
_MOST_DIGITS = 12


@dataclass(frozen=True, slots=True)
class WebAccount:
    """What a browser's telephone signs in with; `expires_at` in seconds since the epoch."""

    username: str
    password: str
    expires_at: int


def web_account(sip_username: str, ha1_sha256: str, now: float) -> WebAccount:
    """The account of the line with that user name and HA1, good for `LIFETIME_S` from `now`."""
    expires_at = int(now) + LIFETIME_S
    username = f"{sip_username}{_MARK}{expires_at}"
    return WebAccount(username, web_password(username, ha1_sha256), expires_at)


def web_password(username: str, ha1_sha256: str) -> str:
    """The password that belongs to a short-lived user name."""
    return hmac.digest(ha1_sha256.encode(), f"webphone:{username}".encode(), "sha256").hex()


def web_owner(username: str) -> tuple[str, int] | None:
    """Whose a short-lived user name is and when it ends; None for any other user name."""
    owner, mark, moment = username.rpartition(_MARK)
    if not mark or not owner or not (moment.isascii() and moment.isdecimal() and len(moment) <= _MOST_DIGITS):
        return None
    return owner, int(moment)
