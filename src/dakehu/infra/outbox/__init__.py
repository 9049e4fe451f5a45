"""News that travels upward: written with the change, delivered at least once, consumed idempotently.

Theory of operation. `publish` writes the event and one delivery row for each consumer that subscribes to
its topic, in the transaction of the change: no event without its change, no change without its event.
The worker claims due deliveries of one consumer in batches and runs the consumer in a transaction that
also marks them done; a consumer whose only effect is in the database is therefore applied exactly once.
A consumer with an effect elsewhere (the voice directory, the lake) may see an event again after a crash
and must be idempotent; ours publish current state, so order does not matter to them either. A failing
batch is retried event by event with growing delay; after `GIVE_UP` attempts the delivery is parked, shown
to the administrator and can be sent again.

    subscribe("order.completed", "charging.start", handler)   # in AppConfig.ready
    publish("order.completed", key=order.pk, payload={...})    # in a service
"""
