"""A row of a spreadsheet of users, and what can be wrong with one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from dakehu.kernel.errors import DomainError
from dakehu.kernel.text import clean_line

_BETWEEN = re.compile(r"[、,，;；/|\n]+")


@dataclass(frozen=True, slots=True)
class UserRow:
    """As written, once each cell has its form. Blank cells of a known user change nothing."""

    username: str
    name: str
    unit: str = ""
    roles: str = ""
    mobile: str = ""
    email: str = ""
    valid_until: date | None = None

    def keys(self) -> Mapping[str, str]:
        """What no two rows of a file should share."""
        found = {"username": self.username, "mobile": self.mobile, "email": self.email.casefold()}
        return {field: value for field, value in found.items() if value}


def role_names(text: str) -> list[str]:
    """The names between commas, enumeration commas, semicolons or slashes."""
    names = (clean_line(name) for name in _BETWEEN.split(text))
    return list(dict.fromkeys(name for name in names if name))


class UnitUnknown(DomainError):
    """No open unit of the actor's view is called or numbered so. Data: `text`."""

    code = "organisation.unit_unknown"


class SeveralUnits(DomainError):
    """Several units are called so. Data: `text`, `others`."""

    code = "organisation.several_units"


class RoleUnknown(DomainError):
    """No role is called so. Data: `text`."""

    code = "organisation.role_unknown"


class UserOnFile(DomainError):
    """The sign-in name is a known user's: importing the row changes it. Data: `name`, `username`."""

    code = "organisation.user_on_file"


class MobileOnFile(DomainError):
    """Another account has the number. Data: `name`, `username`."""

    code = "organisation.mobile_on_file"


class SignedInSince(DomainError):
    """The user has signed in, so the account is not removed. Data: `name`."""

    code = "organisation.signed_in_since"


class UserInUse(DomainError):
    """Other records refer to the user. Data: `name`, `noun`."""

    code = "organisation.user_in_use"


class ValidityPast(DomainError):
    """A day that is over is no end of validity. Data: `day`."""

    code = "organisation.validity_past"


class ValidityOver(DomainError):
    """The account ended by its date; it needs a new one before it is opened again. Data: `day`."""

    code = "organisation.validity_over"


class NobodyWaits(DomainError):
    """Nobody in the actor's view waits for a first password."""

    code = "organisation.nobody_waits"


class SheetGone(DomainError):
    """The list of first passwords was taken already, or is older than a day."""

    code = "organisation.sheet_gone"


class NoMailSet(DomainError):
    """There is no mail server, or the pages' address is not known: no link can be mailed."""

    code = "organisation.no_mail_set"
