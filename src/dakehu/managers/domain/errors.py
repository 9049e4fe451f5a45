"""What the rules of this chapter refuse."""

from __future__ import annotations

from dakehu.kernel.errors import DomainError


class PersonUnknown(DomainError):
    """No active person of the actor's view has this id. Data: `text`."""

    code = "managers.person_unknown"


class FileTwice(DomainError):
    """The person has a manager's file already. Data: `name`."""

    code = "managers.file_twice"


class EntryUnknown(DomainError):
    """The dictionary has no such entry. Data: `text`."""

    code = "managers.entry_unknown"


class TextMissing(DomainError):
    """Something that must be said is blank."""

    code = "managers.text_missing"


class DaysCrossed(DomainError):
    """The last day lies before the first. Data: `first`, `last`."""

    code = "managers.days_crossed"


class VisitLengthWrong(DomainError):
    """A visit takes from five minutes to twelve hours. Data: `minutes`."""

    code = "managers.visit_length_wrong"


class VisitAhead(DomainError):
    """A visit that has not happened has no log. Data: `at`."""

    code = "managers.visit_ahead"


class TextTooLong(DomainError):
    """More characters than fit. Data: `length`, `most`."""

    code = "managers.text_too_long"


class NotYourVisit(DomainError):
    """Only who pays the visit plans, moves and logs it. Data: `name`."""

    code = "managers.not_your_visit"


class ContactElsewhere(DomainError):
    """A person met is no contact of the visited account."""

    code = "managers.contact_elsewhere"


class PlaceWrong(DomainError):
    """No such place on earth: degrees out of range, or only one of the two given."""

    code = "managers.place_wrong"


class PromiseDayMissing(DomainError):
    """A promise says what and by when. Data: `text`."""

    code = "managers.promise_day_missing"


class FrequencyWrong(DomainError):
    """No such rule. Data: `visits`, `most`."""

    code = "managers.frequency_wrong"


class SamePerson(DomainError):
    """Accounts are handed over from one person to another. Data: `name`."""

    code = "managers.same_person"


class NothingToHandOver(DomainError):
    """No account was named, or the giver owns none."""

    code = "managers.nothing_to_hand_over"


class NotOwner(DomainError):
    """An account is not, or no longer, the giver's. Data: `names`."""

    code = "managers.not_owner"


class AlreadyHandedOver(DomainError):
    """An account stands in another hand-over that is still open. Data: `names`."""

    code = "managers.already_in_hand_over"


class NotYourSignature(DomainError):
    """Each party signs for itself, and nobody approves what they sign themselves."""

    code = "managers.not_your_signature"


class OwnVisit(DomainError):
    """Nobody comments on a visit of their own."""

    code = "managers.own_visit"
