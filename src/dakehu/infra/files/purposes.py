"""What files are for: each app registers its purposes in `AppConfig.ready`."""

from __future__ import annotations

from dataclasses import dataclass

from dakehu.infra.files.sniffing import FileKind


@dataclass(frozen=True, slots=True)
class Purpose:
    """The rules of one use of files.

    `kinds` are taken (none named: all); `keep_days` None keeps for good; `read_permission` lets others in
    whose scope the file lies read it, an empty one nobody but the owner. Files `of_an_object` (a customer's
    document, a visit's photo) are read on that object's page alone, by whoever sees the object: who brought
    one has no claim to it once the object is another's.
    """

    name: str
    kinds: frozenset[FileKind] = frozenset()
    max_bytes: int = 32 * 2**20
    keep_days: int | None = None
    read_permission: str = ""
    of_an_object: bool = False


_purposes: dict[str, Purpose] = {}


def register_purpose(purpose: Purpose) -> None:
    _purposes[purpose.name] = purpose


def purpose_of(name: str) -> Purpose:
    return _purposes[name]
