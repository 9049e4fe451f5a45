"""Django glue that every app stands on: access, audit, outbox, jobs, files, import, export, UI, REST.

Knows no business: an app below `organisation` cannot name a user or a customer, so rows here carry ids and
labels rather than foreign keys.
"""
