"""When two files may be one customer (KAM-03), and how that is answered.

The same credit code is a *hard* duplicate: one legal person has one code, so a second account with it must
say how the two belong together, as branch of an account that has the code or as parent of all that have it.
Alike names, equal or but for a slip, a sound or a place, are a *soft* one: the person says that they are two,
and that is that. What lies outside the
actor's view makes neither: it goes to those who see both as an event, and the actor is told while typing that
something exists, never what.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from dakehu.customers.domain.errors import AlikeNames, SameCreditCode
from dakehu.kernel.errors import DomainError

_NAMED = 3


class Likeness(StrEnum):
    SAME_CODE = "same_code"
    ALIKE_NAME = "alike_name"
    NEAR_NAME = "near_name"
    """By a slip, a sound or a place (see `alike`)."""


class Kinship(StrEnum):
    """What the person says about accounts with the same code."""

    UNSAID = "unsaid"
    BRANCH = "branch"
    """The draft's parent is one of them."""
    PARENT = "parent"
    """The new account becomes the parent of those that have none."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """An account that may be the same customer."""

    likeness: Likeness
    customer_id: int
    code: str
    name: str
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """How the person answered the duplicates they were shown."""

    kinship: Kinship = Kinship.UNSAID
    names_differ: bool = False


def faults_of_duplicates(
    found: Sequence[Duplicate], answer: Answer, parent_id: int | None
) -> list[DomainError]:
    """What still has to be answered before the account can be kept."""
    same = [d for d in found if d.likeness is Likeness.SAME_CODE]
    alike = [d for d in found if d.likeness is not Likeness.SAME_CODE]
    if same:
        settled = answer.kinship is Kinship.PARENT or (
            answer.kinship is Kinship.BRANCH and parent_id in {d.customer_id for d in same}
        )
        return [] if settled else [SameCreditCode(field="credit_code", others=_named(same))]
    if alike and not answer.names_differ:
        return [AlikeNames(field="name", others=_named(alike))]
    return []


def _named(found: Iterable[Duplicate]) -> list[str]:
    return [f"{d.name}（{d.code}）" for d in found][:_NAMED]
