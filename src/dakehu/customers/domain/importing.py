"""A row of a spreadsheet of customers, and what can be wrong with its words."""

from __future__ import annotations

from dataclasses import dataclass

from dakehu.customers.domain.names import name_key
from dakehu.kernel.errors import DomainError


class SeveralMeant(DomainError):
    """The words fit several units, people or accounts. Data: `text`, `others`."""

    code = "customers.several_meant"


class FileInUse(DomainError):
    """Other records hang on the file, so it is not taken back. Data: `name`, `noun`."""

    code = "customers.file_in_use"


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """What the columns say, before words are resolved to ids."""

    name: str
    credit_code: str = ""
    org_unit: str = ""
    owner: str = ""
    trade: str = ""
    section: str = ""
    grade: int | None = None
    status: str = "prospect"
    parent: str = ""
    monthly_revenue_fen: int = 0
    address: str = ""
    phone: str = ""
    website: str = ""
    remark: str = ""

    def keys(self) -> dict[str, str]:
        """What no other row of the file should share.

        A branch has its parent's code by right, so a row that names a parent is compared by name alone.
        """
        return {"credit_code": "" if self.parent else self.credit_code, "name": name_key(self.name)}
