"""The door to the outbox."""

from __future__ import annotations

from dakehu.infra.outbox.bus import Event, deliver_due, publish, subscribe, topics

__all__ = ["Event", "deliver_due", "publish", "subscribe", "topics"]
