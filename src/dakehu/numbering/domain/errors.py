"""What the rules of numbers and lines refuse."""

from __future__ import annotations

from dakehu.kernel.errors import DomainError


class NumberNotFree(DomainError):
    """The number is not free to be taken. Data: `number`, `state`."""

    code = "numbering.number_not_free"


class NotEnoughNumbers(DomainError):
    """The exchange has fewer free numbers than asked for. Data: `exchange`, `wanted`, `found`."""

    code = "numbering.not_enough_numbers"


class BlockInvalid(DomainError):
    """The block's ends are no numbers of one length, or in the wrong order. Data: `first`, `last`."""

    code = "numbering.block_invalid"


class BlockTooLarge(DomainError):
    """The block holds more numbers than one block may. Data: `count`, `most`."""

    code = "numbering.block_too_large"


class BlockOverlaps(DomainError):
    """Some numbers of the block exist already. Data: `first`, `last`, `number`."""

    code = "numbering.block_overlaps"


class OtherAreaCode(DomainError):
    """The number's area is not the exchange's (LIN-01). Data: `number`, `area_code`."""

    code = "numbering.other_area_code"


class LineExists(DomainError):
    """The number serves a line already. Data: `number`."""

    code = "numbering.line_exists"


class WebphoneNotForUser(DomainError):
    """The person has no right to a telephone in the browser, or does not see the line. Data: `person`."""

    code = "numbering.webphone_not_for_user"


class WebphoneWithoutAccount(DomainError):
    """The line has no telephone account, from which the browser's is made. Data: `number`."""

    code = "numbering.webphone_without_account"


class ReservedForOther(DomainError):
    """The number is reserved for someone else. Data: `number`."""

    code = "numbering.reserved_for_other"


class ExchangeCodeTaken(DomainError):
    """Another exchange has the code. Data: `code`."""

    code = "numbering.exchange_code_taken"


class ExchangeNotOfCity(DomainError):
    """An exchange stands in a city, whose area code it has. Data: `area_code`."""

    code = "numbering.exchange_not_of_city"


class LineInGroup(DomainError):
    """A line that is a member of a group leaves it before it is ceased. Data: `number`."""

    code = "numbering.line_in_group"


class TrunkCodeTaken(DomainError):
    """Another trunk group has the code. Data: `code`."""

    code = "numbering.trunk_code_taken"


class HolderMissing(DomainError):
    """A reservation names its holder."""

    code = "numbering.holder_missing"
