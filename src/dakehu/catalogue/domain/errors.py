"""What the catalogue refuses. `field` is always the characteristic's code."""

from __future__ import annotations

from dakehu.kernel.errors import DomainError


class ValueMissing(DomainError):
    """A required characteristic has no value."""

    code = "catalogue.value_missing"


class ValueUnknown(DomainError):
    """The product has no such characteristic. Data: `name`."""

    code = "catalogue.value_unknown"


class ValueNotText(DomainError):
    """Text is needed. Data: `given`."""

    code = "catalogue.value_not_text"


class ValueNotNumber(DomainError):
    """A whole number is needed. Data: `given`."""

    code = "catalogue.value_not_number"


class ValueNotYesNo(DomainError):
    """Yes or no is needed. Data: `given`."""

    code = "catalogue.value_not_yes_no"


class ValueTooLong(DomainError):
    """The text is too long. Data: `longest`."""

    code = "catalogue.value_too_long"


class ValueTooSmall(DomainError):
    """The number is too small. Data: `given`, `least`."""

    code = "catalogue.value_too_small"


class ValueTooLarge(DomainError):
    """The number is too large. Data: `given`, `most`."""

    code = "catalogue.value_too_large"


class ValuePattern(DomainError):
    """The text has not the form asked for. Data: `given`, `pattern`."""

    code = "catalogue.value_pattern"


class ValueNotOffered(DomainError):
    """The value is none of those to choose from. Data: `given`, `choices`."""

    code = "catalogue.value_not_offered"


class OfferingNotOrderable(DomainError):
    """The offering is not on sale on that day. Data: `offering`."""

    code = "catalogue.offering_not_orderable"
