"""What a contact's texts may hold."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dakehu.customers.domain.errors import EmailMalformed, NameMissing, TextTooLong
from dakehu.kernel.errors import DomainError

LONGEST_OF_CONTACT = {
    "name": 60, "post": 60, "phone": 40, "email": 254, "preferences": 200, "remark": 200,
}  # fmt: skip
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[^\s@<>()\[\],;:\\\"]+\.[^\s@.<>()\[\],;:\\\"]{2,}")


def is_email(text: str) -> bool:
    """Whether it looks like an address of e-mail; whether there is such a box is for the post to find out."""
    return _EMAIL.fullmatch(text) is not None


def check_contact(texts: Mapping[str, str]) -> list[DomainError]:
    """Every fault of a contact's texts, by the names of `LONGEST_OF_CONTACT`."""
    faults: list[DomainError] = []
    if not texts["name"]:
        faults.append(NameMissing(field="name"))
    faults += [
        TextTooLong(field=name, length=len(texts[name]), most=most)
        for name, most in LONGEST_OF_CONTACT.items()
        if len(texts[name]) > most
    ]
    email = texts["email"]
    if email and len(email) <= LONGEST_OF_CONTACT["email"] and not is_email(email):
        faults.append(EmailMalformed(field="email", text=email))
    return faults
