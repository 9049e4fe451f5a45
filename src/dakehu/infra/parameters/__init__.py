"""Parameters: thresholds and clocks that an administrator changes, each value with its first day.

Theory of operation. An app declares a `Parameter` (name, meaning, unit, bounds, default) and registers it in
`AppConfig.ready`. A change adds a row with the moment from which it holds and never touches an older one, so
that `value_of(parameter, at=moment)` tells what held at any moment, and next month's value can be set today.
Without a row the default holds. Values are read once per request, however many rules ask; outside of a
request each question is one query of an indexed, short table.

    RESERVED_FOR = Parameter("numbering.reserved", _("Numbers"), _("Reserved for"), 30, _("days"), 1, 365)
    register_parameters(RESERVED_FOR)
    value_of(RESERVED_FOR)
"""
