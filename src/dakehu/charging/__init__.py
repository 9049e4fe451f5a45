"""Tariffs, and the charge of each call record, exactly once (TMF635 usage; requirement rows CTX-09, LIN-05).

Theory of operation. The voice process writes call records to its spool and never waits for us. The worker's
`rating` loop reads the records behind its cursor, rates them and saves usage, cursor, audit row and outbox
event in one transaction: a crash before the commit leaves nothing and the same records are read again, a
crash after it finds the cursor moved on. Should a spool be read twice all the same (a restored backup), the
unique `record_id` lets nothing in a second time.
"""
