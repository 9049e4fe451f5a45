"""What the organisation refuses."""

from __future__ import annotations

from dakehu.kernel.errors import DomainError, NotAllowed


class NameMissing(DomainError):
    """A name is blank once spaces are gone."""

    code = "organisation.name_missing"


class UnitNameTaken(DomainError):
    """Another unit under the same parent bears the name. Data: `name`."""

    code = "organisation.unit_name_taken"


class UnitTooDeep(DomainError):
    """A team has no units below it: the organisation has four levels."""

    code = "organisation.unit_too_deep"


class UnitClosed(DomainError):
    """The unit is closed: nothing new goes under it. Data: `name`."""

    code = "organisation.unit_closed"


class UnitNotEmpty(DomainError):
    """Open units, active users or accounts are still in it. Data: `units`, `users`, `accounts`."""

    code = "organisation.unit_not_empty"


class UnitLevelWrong(DomainError):
    """A county goes below another city, a team below another county; closing goes to the same level.

    Data: `name`.
    """

    code = "organisation.unit_level_wrong"


class UnitsExhausted(DomainError):
    """All 9,999 places under the parent have been given out, closed ones included."""

    code = "organisation.units_exhausted"


class UsernameMalformed(DomainError):
    """A sign-in name has 2 to 40 lower-case letters, digits, dots, dashes or underscores, a letter first."""

    code = "organisation.username_malformed"


class UsernameTaken(DomainError):
    """Someone signs in by this name already. Data: `username`."""

    code = "organisation.username_taken"


class RightsExceedYours(DomainError):
    """Nobody hands out, or lays hands on, more than they have themselves. Data: `name`."""

    code = "organisation.rights_exceed_yours"


class LastAdministrator(DomainError):
    """Without this person nobody could administer the system any more."""

    code = "organisation.last_administrator"


class NotYourself(DomainError):
    """One can't close one's own account or reset one's own password from the user list."""

    code = "organisation.not_yourself"


class RoleCodeTaken(DomainError):
    """Another role has the code. Data: `code`."""

    code = "organisation.role_code_taken"


class CodeMalformed(DomainError):
    """A code has 1 to 40 letters, digits, dashes or underscores. Data: `text`."""

    code = "organisation.code_malformed"


class RoleFixed(DomainError):
    """A role that may everything has no single rights to change. Data: `name`."""

    code = "organisation.role_fixed"


class RoleInUse(DomainError):
    """Users or API clients still have the role. Data: `name`, `users`."""

    code = "organisation.role_in_use"


class PermissionUnknown(DomainError):
    """No installed part of the system knows this right. Data: `permission`."""

    code = "organisation.permission_unknown"


class EntryCodeTaken(DomainError):
    """The dictionary has an entry with this code. Data: `entry`."""

    code = "organisation.entry_code_taken"


class PostCodeTaken(DomainError):
    """Another post has the code. Data: `post`."""

    code = "organisation.post_code_taken"


class ClientNameTaken(DomainError):
    """Another API client bears the name. Data: `name`."""

    code = "organisation.client_name_taken"


class LookingOnly(NotAllowed):
    """Who looks at pages as somebody else changes nothing."""

    code = "organisation.looking_only"


class AccountClosed(DomainError):
    """The account is closed: nobody can look at pages as it. Data: `name`."""

    code = "organisation.account_closed"


class TokenRefused(DomainError):
    """The provider's token does not hold what it must. Data: `reason`, the claim or the check."""

    code = "organisation.token_refused"


class ProviderSilent(DomainError):
    """The sign-on provider does not answer, or not as agreed."""

    code = "organisation.provider_silent"


class DirectorySilent(DomainError):
    """No server of the directory answers, or the service account is refused."""

    code = "organisation.directory_silent"


class NotKnownHere(DomainError):
    """Proved who they are, and have no account here. Data: `login`."""

    code = "organisation.not_known_here"


class SomebodyElse(DomainError):
    """The account is bound to another person of the provider or directory who had this name. Data: `name`."""

    code = "organisation.somebody_else"


class MappingUnreadable(DomainError):
    """The file that maps groups to units and roles can't be read. Data: `reason`."""

    code = "organisation.mapping_unreadable"


class UnitUnmapped(DomainError):
    """Nothing says in which unit the new person works. Data: `login`."""

    code = "organisation.unit_unmapped"


class PasswordElsewhere(DomainError):
    """The person's password is not kept here. Data: `name`."""

    code = "organisation.password_elsewhere"


class LastLocalAdministrator(DomainError):
    """Without this password nobody could get in while the directory or the provider is down."""

    code = "organisation.last_local_administrator"


class WayNotSet(DomainError):
    """No directory or no provider is set up. Data: `way`."""

    code = "organisation.way_not_set"


class CompareUnderWay(DomainError):
    """A comparison with the directory waits or runs already."""

    code = "organisation.compare_under_way"
