"""Emergency calls known at a glance, before anybody is asked who calls: overload refuses them last (0021)."""

from __future__ import annotations

from dakehu.kernel.numbers import EMERGENCY
from dakehu.switch.sip import Request


def is_emergency(invite: Request) -> bool:
    """Whether the digits are an emergency number, perhaps behind a plan's exit prefix, which is one digit.

    A short number of four digits that ends so is taken for one, too: it costs no more than one call that
    was to be refused.
    """
    number = invite.uri.number
    return number in EMERGENCY or number[1:] in EMERGENCY
