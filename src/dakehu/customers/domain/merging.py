"""What the merging of two files into one decides and refuses (KAM-03).

One file *survives*, the other is *gone*: its row is taken away, which lets the database itself keep anything
from being hung on it any more, and a record of the merge stays as the pointer to the survivor.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from dakehu.kernel.errors import DomainError, NotFound

CHOOSABLE = (
    "name", "credit_code", "section", "trade", "grade", "status", "parent_id", "owner_id",
    "monthly_revenue_fen", "address", "phone", "website", "remark",
)  # fmt: skip


class FileMerged(NotFound):
    """The file was merged into another. Data: `name`, `code` of the survivor, `into` its id."""

    code = "customers.file_merged"


class MergeWithItself(DomainError):
    """A merge takes two files."""

    code = "customers.merge_with_itself"


class MergeOfKin(DomainError):
    """The survivor stands below the file that is to go, with others between. Data: `name`."""

    code = "customers.merge_of_kin"


class MergeBlocked(DomainError):
    """Both files have something of which a customer has one alone. Data: `what`."""

    code = "customers.merge_blocked"


class MergeUndone(DomainError):
    """The merge was undone already."""

    code = "customers.merge_undone"


class UndoBehindMerge(DomainError):
    """The survivor was merged on: that one is to be undone first. Data: `name`."""

    code = "customers.undo_behind_merge"


class UndoFieldChanged(DomainError):
    """What the merge put into the survivor's file was changed since. Data: `fields`."""

    code = "customers.undo_field_changed"


class UndoRowsChanged(DomainError):
    """Some of what moved is no longer there, or no longer the survivor's. Data: `what`, `count`."""

    code = "customers.undo_rows_changed"


class UndoReferenceGone(DomainError):
    """What the gone file referred to, a unit, an owner or a parent, is no longer there. Data: `what`."""

    code = "customers.undo_reference_gone"


def merged_values(
    kept: Mapping[str, Any], gone: Mapping[str, Any], taken: Collection[str], *, kept_id: int, gone_id: int
) -> dict[str, Any]:
    """The survivor's fields after the merge: its own, but for those `taken` from the other.

    A parent that is one of the two becomes what stood above the one that goes.
    """
    values = {name: (gone if name in taken else kept)[name] for name in CHOOSABLE}
    if values["parent_id"] in {kept_id, gone_id}:
        other = gone["parent_id"] if values["parent_id"] == gone_id else kept["parent_id"]
        values["parent_id"] = None if other in {kept_id, gone_id} else other
    return values


def suggested(kept: Mapping[str, Any], gone: Mapping[str, Any]) -> set[str]:
    """The fields that only the file that goes has filled in."""
    return {name for name in CHOOSABLE if kept[name] in ("", None, 0) and gone[name] not in ("", None, 0)}


def changed_since(now: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The fields that the merge changed and that somebody has changed again."""
    return [name for name in CHOOSABLE if before[name] != after[name] and now[name] != after[name]]
