"""What the rules of Centrex refuse, each with the requirement row it comes from."""

from __future__ import annotations

from dakehu.kernel.errors import DomainError


class ExitPrefixInvalid(DomainError):
    """The exit prefix is not one digit (CTX-04). Data: `prefix`."""

    code = "centrex.exit_prefix_invalid"


class AttendantPrefixInvalid(DomainError):
    """The attendant prefix is neither empty nor one digit (CTX-12). Data: `prefix`."""

    code = "centrex.attendant_prefix_invalid"


class PrefixesEqual(DomainError):
    """Exit prefix and attendant prefix are the same digit (CTX-13). Data: `prefix`."""

    code = "centrex.prefixes_equal"


class ShortLengthInvalid(DomainError):
    """The length of short numbers is out of range (CTX-12). Data: `length`, `least`, `most`."""

    code = "centrex.short_length_invalid"


class WholeNumberLength(DomainError):
    """Short numbers of 7 digits need a work order of their own first (CTX-19). Data: `length`."""

    code = "centrex.whole_number_length"


class CapacityInvalid(DomainError):
    """The capacity is below one, or above what the exchange makes (CTX-11). Data: `capacity`, `most`."""

    code = "centrex.capacity_invalid"


class CapacityBeyondNumbers(DomainError):
    """Fewer short numbers of that length exist than the capacity promises. Data: `capacity`, `numbers`."""

    code = "centrex.capacity_beyond_numbers"


class CapacityFixed(DomainError):
    """A group's capacity never changes; it takes a new group and a migration (CTX-11). Data: `capacity`."""

    code = "centrex.capacity_fixed"


class GroupFull(DomainError):
    """The group has reached its capacity (CTX-02, CTX-11). Data: `capacity`."""

    code = "centrex.group_full"


class GroupNotChosen(DomainError):
    """The group was typed, not chosen from the customer's groups (CTX-17). Data: `given`."""

    code = "centrex.group_not_chosen"


class GroupNotEmpty(DomainError):
    """A group with members can't be removed. Data: `members`."""

    code = "centrex.group_not_empty"


class GroupNameTaken(DomainError):
    """The customer has a group of that name at the exchange already (CTX-17). Data: `name`."""

    code = "centrex.group_name_taken"


class GcnNotAtExchange(DomainError):
    """The search number is no number of the group's exchange (CTX-10). Data: `number`, `exchange`."""

    code = "centrex.gcn_not_at_exchange"


class GcnInUse(DomainError):
    """The search number must be an unused one (CTX-10). Data: `number`."""

    code = "centrex.gcn_in_use"


class GcnAsMember(DomainError):
    """The group's search number can serve no line (CTX-10). Data: `number`."""

    code = "centrex.gcn_as_member"


class OtherCustomer(DomainError):
    """The line belongs to another customer than the group (CTX-01). Data: `number`."""

    code = "centrex.other_customer"


class OtherExchange(DomainError):
    """Another exchange than the group's serves the line (CTX-01). Data: `number`, `exchange`, `expected`."""

    code = "centrex.other_exchange"


class LineInOtherGroup(DomainError):
    """The line is a member already: of this group or another. Data: `number`."""

    code = "centrex.line_in_group"


class ShortNumberNotDigits(DomainError):
    """The short number has something else than digits (CTX-13). Data: `short_number`."""

    code = "centrex.short_number_not_digits"


class ShortNumberLength(DomainError):
    """The short number has not the group's length (CTX-13). Data: `short_number`, `length`."""

    code = "centrex.short_number_length"


class ShortNumberWholeNumber(DomainError):
    """A whole local number of 7 digits as short number goes another way (CTX-19). Data: `short_number`."""

    code = "centrex.short_number_whole_number"


class ShortNumberExitPrefix(DomainError):
    """The short number begins with the exit prefix (CTX-13). Data: `short_number`, `prefix`."""

    code = "centrex.short_number_exit_prefix"


class ShortNumberAttendantPrefix(DomainError):
    """The short number begins with the attendant prefix (CTX-13). Data: `short_number`, `prefix`."""

    code = "centrex.short_number_attendant_prefix"


class ShortNumberEmergency(DomainError):
    """The short number would hide an emergency number. Data: `short_number`."""

    code = "centrex.short_number_emergency"


class ShortNumberTaken(DomainError):
    """Another member has the short number (CTX-13). Data: `short_number`."""

    code = "centrex.short_number_taken"


class NightNumberForeign(DomainError):
    """The night number serves no line of the group's customer. Data: `number`."""

    code = "centrex.night_number_foreign"


class ExclusiveServices(DomainError):
    """In-group calls only and outgoing restriction by password exclude each other (CTX-15)."""

    code = "centrex.exclusive_services"


class OnlyForMembers(DomainError):
    """In-group calls only can be switched for members alone (CTX-14). Data: `number`."""

    code = "centrex.only_for_members"
