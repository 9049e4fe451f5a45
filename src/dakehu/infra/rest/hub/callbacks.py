"""Where events may be sent: http or https, to no address of this machine or its link."""

from __future__ import annotations

from dakehu.infra.outside import may_be_called
from dakehu.infra.rest.errors import CallbackInvalid


def check_callback(callback: str) -> None:
    """Raise `CallbackInvalid` for an address that isn't one, or that leads back into the machine.

    `DAKEHU_HUB_LOCAL=1` allows the machine itself, for trying things out.
    """
    if not may_be_called(callback):
        raise CallbackInvalid(field="callback", callback=callback[:100])


def listener_address(callback: str, event_type: str) -> str:
    """Where an event goes: `…/listener/productOrderCreateEvent`, or the very address that ends so."""
    base = callback.rstrip("/")
    if "/listener/" in base:
        return base
    name = event_type[:1].lower() + event_type[1:]
    return f"{base}/{name}" if base.endswith("/listener") else f"{base}/listener/{name}"
