"""Events to listeners (TMF630's hub), at least once, never lost.

Theory of operation. A resource names the outbox topics that are news of it. The consumer `rest-hub` meets
each such event with the listeners of the API: for those whose client may see the row, and whose query it
meets, it writes an `EventDelivery` with the body, in the consumer's own transaction. The loop `rest-hub`
sends what is due: it leases a delivery by putting its due time off, posts outside any transaction, and marks
it done or puts it off further. A process killed in between sends again when the lease is over; a listener
tells by `eventId`.
"""
