"""The door to the outbox."""

from __future__ import annotations

from dakehu.infra.outbox.bus import Event, deliver_due, publish, subscribe, topics
from dakehu.infra.outbox.reading import as_event, events_of

__all__ = ["Event", "as_event", "deliver_due", "events_of", "publish", "subscribe", "topics"]
