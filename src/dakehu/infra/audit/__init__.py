"""Every write leaves a row that nobody can change: who, when, what, from which value to which.

Theory of operation. A service calls `record` inside its own transaction, so an audit row exists exactly
when the write does. The database refuses UPDATE and DELETE on the two tables by triggers. Behind the
services a loop *seals* the rows: it takes committed rows in order, gives each the next number and a hash
over the row and the previous hash. Chaining behind the write instead of within it keeps two writers from
waiting for each other's transaction. `dakehu verify_audit` recomputes the chain; a changed row, a missing
row, a removed seal or an unsealed row that is no longer queued is reported by number.

What this can't show: a row removed within the second before it was sealed, together with its queue entry,
by someone who can also drop the triggers.
"""
