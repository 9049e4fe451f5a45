"""Errors of the domain: a stable code and typed data, never a sentence.

The sentence a person reads is made at the edge, in the person's language, from the code and the data
(`infra.errors` for pages and TM Forum bodies, `switch.sip` for status lines).
"""

from __future__ import annotations

from typing import ClassVar


class DomainError(Exception):
    """A request that the rules of the trade refuse.

    Subclasses set `code`, unique in the whole program and never changed once published: clients and
    translations hang on it. Keyword arguments become `data` and fill the message's placeholders.
    `field` names the input the fault belongs to, where there is one.
    """

    code: ClassVar[str] = "domain.error"

    def __init__(self, *, field: str | None = None, **data: object) -> None:
        super().__init__(self.code)
        self.field = field
        self.data = data

    def __str__(self) -> str:
        pairs = ", ".join(f"{key}={value!r}" for key, value in sorted(self.data.items()))
        return f"{self.code}({pairs})"


class NotFound(DomainError):
    """The thing does not exist, or the actor may not see it: the two are never told apart."""

    code = "domain.not_found"


class NotAllowed(DomainError):
    """The actor may see the thing, but lacks the right for this act. Data: `permission`."""

    code = "domain.not_allowed"


class Conflict(DomainError):
    """Someone else changed the thing since it was read. Data: `noun`, `version`, `current`."""

    code = "domain.conflict"


class Invalid(DomainError):
    """Several faults at once, each with its field: what a form or an import row shows together."""

    code = "domain.invalid"

    def __init__(self, faults: list[DomainError]) -> None:
        super().__init__()
        self.faults = faults

    def __str__(self) -> str:
        return f"{self.code}[{'; '.join(map(str, self.faults))}]"


def raise_faults(faults: list[DomainError]) -> None:
    """Raise nothing, the one fault, or `Invalid` with all of them."""
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise Invalid(faults)
