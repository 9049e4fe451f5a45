"""What the rules of the named-account list refuse."""

from __future__ import annotations

from dakehu.kernel.errors import DomainError


class ReasonMissing(DomainError):
    """This step is not taken without saying why."""

    code = "customers.roster_reason_missing"


class ShareOutOfRange(DomainError):
    """A share of credit is 1 to 100 per cent. Data: `percent`."""

    code = "customers.roster_share_out_of_range"


class ShareTwice(DomainError):
    """A person has one share of an account."""

    code = "customers.roster_share_twice"


class OwnerAmongShares(DomainError):
    """The owner has what the others leave, and no share beside it."""

    code = "customers.roster_owner_among_shares"


class SharesTooMuch(DomainError):
    """The shares come to more than the whole. Data: `total`."""

    code = "customers.roster_shares_too_much"


class DuplicatesUnanswered(DomainError):
    """Accounts like this one are on file, and it wasn't said that they were compared. Data: `others`."""

    code = "customers.roster_duplicates_unanswered"


class AppliedAlready(DomainError):
    """The same owner waits for this account already."""

    code = "customers.roster_applied_already"


class NothingToAdjust(DomainError):
    """The account is on the list with just this owner and these shares."""

    code = "customers.roster_nothing_to_adjust"


class Resting(DomainError):
    """The account was taken back from this owner not long ago. Data: `name`, `until` (then again)."""

    code = "customers.roster_resting"


class OwnApplication(DomainError):
    """Nobody reviews or approves what they asked for themselves."""

    code = "customers.roster_own_application"


class OwnershipMoved(DomainError):
    """Since the application the account came to somebody else. Data: `owner`."""

    code = "customers.roster_ownership_moved"


class OnNamedList(DomainError):
    """The account is on the list: its owner changes by an adjustment there. Data: `name`."""

    code = "customers.roster_on_list"


class UnderDispute(DomainError):
    """A dispute about the account is open. Data: `name`."""

    code = "customers.roster_under_dispute"


class DayInFuture(DomainError):
    """Ownership is written for today and days that have been."""

    code = "customers.roster_day_in_future"


class DayTooEarly(DomainError):
    """The day lies before the entry that the decision ends. Data: `day`."""

    code = "customers.roster_day_too_early"


class DaysOutOfRange(DomainError):
    """A rule counts 1 to 3650 days. Data: `days`."""

    code = "customers.roster_days_out_of_range"


class EvidenceMissing(DomainError):
    """A claim says what it rests on."""

    code = "customers.roster_evidence_missing"


class ClaimedAlready(DomainError):
    """The person claims the account in this case already. Data: `name`."""

    code = "customers.roster_claimed_already"


class NotAClaimant(DomainError):
    """The account goes to somebody who claims it."""

    code = "customers.roster_not_a_claimant"
