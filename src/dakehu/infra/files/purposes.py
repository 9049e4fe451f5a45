"""What files are for: each app registers its purposes in `AppConfig.ready`."""

from __future__ import annotations

from dataclasses import dataclass

from dakehu.infra.files.sniffing import FileKind


@dataclass(frozen=True, slots=True)
class Purpose:
    """The rules of one use of files.

    `kinds` are taken (none named: all); `keep_days` None keeps for good; `read_permission` lets others in
    whose scope the file lies read it, an empty one nobody but the owner.
    """

    name: str
    kinds: frozenset[FileKind] = frozenset()
    max_bytes: int = 32 * 2**20
    keep_days: int | None = None
    read_permission: str = ""


_purposes: dict[str, Purpose] = {}


def register_purpose(purpose: Purpose) -> None:
    _purposes[purpose.name] = purpose


def purpose_of(name: str) -> Purpose:
    return _purposes[name]
