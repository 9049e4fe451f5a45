"""What the rules of customer files refuse, beside the faults of credit codes."""

from __future__ import annotations

from dakehu.kernel.errors import DomainError


class NameMissing(DomainError):
    """A customer or contact has no name."""

    code = "customers.name_missing"


class EmailMalformed(DomainError):
    """No address of e-mail. Data: `text`."""

    code = "customers.email_malformed"


class TextTooLong(DomainError):
    """An entry is longer than its column. Data: `length`, `most`."""

    code = "customers.text_too_long"


class EntryUnknown(DomainError):
    """The dictionary has no such entry. Data: `dictionary`, `text`."""

    code = "customers.entry_unknown"


class RevenueNegative(DomainError):
    """Revenue is nil or more."""

    code = "customers.revenue_negative"


class PhoneMalformed(DomainError):
    """A telephone number has digits, blanks, +, -, brackets and an extension. Data: `text`."""

    code = "customers.phone_malformed"


class WebsiteMalformed(DomainError):
    """A web address is a host name, with or without http:// in front. Data: `text`."""

    code = "customers.website_malformed"


class SameCreditCode(DomainError):
    """Other accounts have the credit code, and it wasn't said how they belong together. Data: `others`."""

    code = "customers.same_credit_code"


class AlikeNames(DomainError):
    """Other accounts have a name like this one, and it wasn't said that they differ. Data: `others`."""

    code = "customers.alike_names"


class UnitUnknown(DomainError):
    """The organisation has no such open unit among those the actor sees. Data: `text`."""

    code = "customers.unit_unknown"


class OwnerUnknown(DomainError):
    """No active user answers to it. Data: `text`."""

    code = "customers.owner_unknown"


class OwnerNotYours(DomainError):
    """Who may not assign accounts takes new ones for themselves. Data: `text`."""

    code = "customers.owner_not_yours"


class ParentUnknown(DomainError):
    """The parent account does not exist or is not the actor's to see. Data: `text`."""

    code = "customers.parent_unknown"


class ParentLoop(DomainError):
    """The parent is the account itself or one of its branches. Data: `name`."""

    code = "customers.parent_loop"


class TreeTooDeep(DomainError):
    """Group, branches, sites and one more: deeper trees are nobody's. Data: `most`."""

    code = "customers.tree_too_deep"


class TooManyAtOnce(DomainError):
    """A bulk change takes fewer accounts. Data: `count`, `most`."""

    code = "customers.too_many_at_once"


class CollaboratorTwice(DomainError):
    """The person works on the account already. Data: `name`."""

    code = "customers.collaborator_twice"


class FieldMissing(DomainError):
    """A small record lacks what it cannot do without."""

    code = "customers.field_missing"


class NumberTooSmall(DomainError):
    """Data: `least`."""

    code = "customers.number_too_small"


class EndBeforeStart(DomainError):
    """A span ends before it begins."""

    code = "customers.end_before_start"


class FileMissing(DomainError):
    """A document is a file."""

    code = "customers.file_missing"


class LeaderUnknown(DomainError):
    """The person reported to is no contact of the same customer."""

    code = "customers.leader_unknown"


class LeaderLoop(DomainError):
    """The person reported to reports, over others, to this contact. Data: `name`."""

    code = "customers.leader_loop"
