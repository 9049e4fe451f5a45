"""What the rules of enterprise VPNs refuse, each with the requirement row it comes from."""

from __future__ import annotations

from dakehu.kernel.errors import DomainError


class ShortLengthInvalid(DomainError):
    """The length of short numbers is out of range (VPN-01). Data: `length`, `least`, `most`."""

    code = "vpn.short_length_invalid"


class ExitPrefixInvalid(DomainError):
    """The exit prefix is neither empty nor one digit (VPN-04). Data: `prefix`."""

    code = "vpn.exit_prefix_invalid"


class AttendantInvalid(DomainError):
    """The attendant's number is no short number of the plan (VPN-10). Data: `number`, `length`."""

    code = "vpn.attendant_invalid"


class MainNumberMissing(DomainError):
    """The outside can't be shown a main number that the VPN has not (VPN-09)."""

    code = "vpn.main_number_missing"


class MainNumberForeign(DomainError):
    """The main number serves no line of the customer (VPN-09). Data: `number`."""

    code = "vpn.main_number_foreign"


class NameTaken(DomainError):
    """The customer has a VPN of that name. Data: `name`."""

    code = "vpn.name_taken"


class PlanInUse(DomainError):
    """Members' short numbers don't fit the changed plan (VPN-02). Data: `numbers`."""

    code = "vpn.plan_in_use"


class NotEmpty(DomainError):
    """A VPN with members can't be removed. Data: `members`."""

    code = "vpn.not_empty"


class ShortNumberInvalid(DomainError):
    """Not as many digits as the plan has (VPN-02). Data: `short_number`, `length`."""

    code = "vpn.short_number_invalid"


class ShortNumberHides(DomainError):
    """The short number would hide what leads out: the exit prefix, or a public number (VPN-04).

    Data: `short_number`.
    """

    code = "vpn.short_number_hides"


class ShortNumberTaken(DomainError):
    """Another member, or the attendant, has that short number (VPN-02). Data: `short_number`."""

    code = "vpn.short_number_taken"


class RowRefused(DomainError):
    """One line of a list that was pasted is refused. Data: `row`, `sentence`."""

    code = "vpn.row_refused"


class LineIsDid(DomainError):
    """Direct-dial-in numbers of a customer's own PBX are refused (VPN-01). Data: `number`."""

    code = "vpn.line_is_did"


class LineForeign(DomainError):
    """The line belongs neither to the customer nor to a branch of it (VPN-01). Data: `number`."""

    code = "vpn.line_foreign"


class LineUnknown(DomainError):
    """No line in service has that number. Data: `number`."""

    code = "vpn.line_unknown"


class LineInVpn(DomainError):
    """The line is in a VPN already; it is in one at most (VPN-01). Data: `number`."""

    code = "vpn.line_in_vpn"


class LineOfGroup(DomainError):
    """A line of a Centrex group joins with its group, not as a single line (VPN-01). Data: `number`."""

    code = "vpn.line_of_group"


class GroupInVpn(DomainError):
    """The Centrex group is in another VPN. Data: `name`."""

    code = "vpn.group_in_vpn"


class GroupForeign(DomainError):
    """The Centrex group is not the customer's, nor a branch's (VPN-01). Data: `name`."""

    code = "vpn.group_foreign"


class GroupNumbersDiffer(DomainError):
    """Where group and VPN have short numbers of one length, a member has the same in both (VPN-02).

    Data: `short_number`, `own`.
    """

    code = "vpn.group_numbers_differ"


class ClassNotBarred(DomainError):
    """Only local, long-distance, international and special calls can be barred (VPN-08).

    Data: `call_class`.
    """

    code = "vpn.class_not_barred"


class ClosedGroupForeign(DomainError):
    """The closed user group is another VPN's (VPN-15)."""

    code = "vpn.closed_group_foreign"


class ClosedGroupNotEmpty(DomainError):
    """A closed user group with members can't be removed (VPN-15). Data: `members`."""

    code = "vpn.closed_group_not_empty"


class NotOfGroup(DomainError):
    """An in-group attendant is a member of a Centrex group (VPN-10). Data: `number`."""

    code = "vpn.not_of_group"


class AttendantsFull(DomainError):
    """No more attendants may be logged in (VPN-12). Data: `limit`."""

    code = "vpn.attendants_full"


class AttendantNotLogin(DomainError):
    """Only an attendant of the VPN logs in as such (VPN-11). Data: `number`."""

    code = "vpn.not_attendant"
