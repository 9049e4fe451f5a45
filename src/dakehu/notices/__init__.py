"""Notices: what a person should know, in the page, by mail and by the robots of chat groups (KAM-11).

Theory of operation. An app declares its kinds of notice (`register_kind`), each with the outbox topics it
comes from and a function that makes drafts of an event: for whom, about what, with which facts. The consumer
`notices` makes of each draft one `Notice` a person and the `Dispatch`es that their preferences ask for, in
its own transaction: once, however often the event comes, by the notice's `mark`. What falls due by the clock
alone comes from `register_watch`, which the worker asks every few minutes; its drafts carry their own marks.

Nobody is told of what they may not see: the reader's sight is asked when the notice is made, when it is sent,
and when it is shown. Only facts are stored; the sentence is made in the reader's language.

The loop `notices` sends what is due, outside any transaction, at least once: a dispatch is leased, sent, and
marked or put off. Quiet hours and the daily digest move its due time; they hold nothing up otherwise.
"""
