"""What the merging of two files into one decides and refuses (KAM-03).

One file *survives*, the other is *gone*: its row is taken away, which lets the database itself keep anything
from being hung on it any more, and a record of the merge stays as the pointer to the survivor.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from dakehu.customers.domain.states import CustomerStatus
from dakehu.kernel.errors import DomainError, NotFound

CHOOSABLE = (
    "name", "credit_code", "section", "trade", "hand_grade", "status", "parent_id", "owner_id",
    "monthly_revenue_fen", "address", "phone", "website", "remark",
)  # fmt: skip
COLUMNS = (*CHOOSABLE, "hand_reason")
"""What of the survivor's row a merge may change: the reason of a grade goes where the grade goes."""
DERIVED = frozenset({"monthly_revenue_fen"})
"""What follows from billed months where there are any, whoever chose what."""
_STANDINGS = (
    CustomerStatus.CLOSED, CustomerStatus.PROSPECT, CustomerStatus.LOST, CustomerStatus.ACTIVE,
)  # fmt: skip
"""The further right, the more the two files together are."""


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


class MergeIntoEnded(DomainError):
    """The survivor exists no more, the other does. Data: `name`."""

    code = "customers.merge_into_ended"


class BothOnList(DomainError):
    """Both files are on the named-account list, or on their way to it. Data: `name`."""

    code = "customers.merge_both_on_list"


class OwnerOnList(DomainError):
    """The file that goes is on the named-account list with another owner. Data: `name`, `owner`."""

    code = "customers.merge_owner_on_list"


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
    values["hand_reason"] = (gone if "hand_grade" in taken else kept)["hand_reason"]
    if values["parent_id"] in {kept_id, gone_id}:
        other = gone["parent_id"] if values["parent_id"] == gone_id else kept["parent_id"]
        values["parent_id"] = None if other in {kept_id, gone_id} else other
    return values


def suggested(kept: Mapping[str, Any], gone: Mapping[str, Any]) -> set[str]:
    """The fields that only the file that goes has filled in, and its standing where that is the higher."""
    found = {name for name in CHOOSABLE if kept[name] in ("", None, 0) and gone[name] not in ("", None, 0)}
    ranks = [_STANDINGS.index(CustomerStatus(row["status"])) for row in (kept, gone)]
    return found | {"status"} if ranks[1] > ranks[0] else found


def refuse_ended(name: str, result: str, *was: str) -> None:
    """Two files make one that exists no more only where neither does. Raises `MergeIntoEnded`."""
    if result == CustomerStatus.CLOSED and any(status != CustomerStatus.CLOSED for status in was):
        raise MergeIntoEnded(name=name)


def changed_since(
    now: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any], *, but: Collection[str] = ()
) -> list[str]:
    """The fields that the merge changed and that somebody has changed again, without those of `but`."""
    names = [name for name in COLUMNS if name not in but]
    return [name for name in names if before[name] != after[name] and now[name] != after[name]]
