"""The table of methods: an extension adds a line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Method:
    """What the core must know about a method.

    `opens_dialog`: a 2xx (or 1xx with To tag) makes a dialog. `refreshes_target`: Contact in the request and
    its 2xx replaces the dialog's remote target (12.2).
    """

    name: str
    opens_dialog: bool = False
    refreshes_target: bool = False


METHODS: Mapping[str, Method] = {
    method.name: method
    for method in (
        Method("INVITE", opens_dialog=True, refreshes_target=True),
        Method("ACK"),
        Method("BYE"),
        Method("CANCEL"),
        Method("OPTIONS"),
        Method("REGISTER"),
        Method("PRACK"),  # RFC 3262
        Method("UPDATE", refreshes_target=True),  # RFC 3311
        Method("INFO"),  # RFC 6086
        Method("MESSAGE"),  # RFC 3428
        Method("REFER", opens_dialog=True, refreshes_target=True),  # RFC 3515
        Method("SUBSCRIBE", opens_dialog=True, refreshes_target=True),  # RFC 6665
        Method("NOTIFY", opens_dialog=True, refreshes_target=True),  # RFC 6665
        Method("PUBLISH"),  # RFC 3903
    )
}


def opens_dialog(method: str) -> bool:
    known = METHODS.get(method)
    return known is not None and known.opens_dialog


def refreshes_target(method: str) -> bool:
    known = METHODS.get(method)
    return known is not None and known.refreshes_target
