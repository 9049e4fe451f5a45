"""Checking drafts against all that they refer to, in a fixed number of queries for any number of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dakehu.customers.domain.drafts import CustomerDraft, Known, tidy
from dakehu.customers.domain.duplicates import Duplicate
from dakehu.customers.domain.errors import (
    OwnerNotYours,
    OwnerUnknown,
    ParentUnknown,
    TreeTooDeep,
    UnitUnknown,
)
from dakehu.customers.domain.grades import GradeThreshold, grade_by_revenue
from dakehu.customers.models import Customer
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.customers import customers_for, grade_thresholds, known_entries
from dakehu.customers.selectors.duplicates import Candidate, Found, find_duplicates
from dakehu.infra.access.api import Actor, visible
from dakehu.kernel.errors import DomainError
from dakehu.organisation.api import OrgUnit, User

MOST_LEVELS = 4


@dataclass(frozen=True, slots=True)
class CheckedDraft:
    """A draft in its kept spelling, with grade and owner decided; its faults; what is like it on file.

    Without faults it can be created as it is, once its duplicates are answered.
    """

    draft: CustomerDraft
    unit: OrgUnit | None
    faults: tuple[DomainError, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    hidden: tuple[int, ...] = field(default=(), repr=False)


def check_drafts(
    actor: Actor,
    drafts: Sequence[CustomerDraft],
    *,
    permission: Permission = Permission.CREATE,
    find: Callable[[Actor, Sequence[Candidate]], list[Found]] = find_duplicates,
) -> list[CheckedDraft]:
    """Faults and duplicates of each draft, in the drafts' order. Raises `NotAllowed`; changes nothing."""
    references = _References.of(actor, drafts, permission)
    checked = [references.check(actor, draft) for draft in drafts]
    candidates = [Candidate(c.draft.name, c.draft.credit_code) for c in checked]
    found = find(actor, candidates)
    return [replace(c, duplicates=f.seen, hidden=f.hidden) for c, f in zip(checked, found, strict=True)]


def check_change(
    actor: Actor, customer: Customer, draft: CustomerDraft, permission: Permission
) -> CheckedDraft:
    """The same for a draft that is to replace what `customer` holds: what stays is no fault.

    The owner may have left, the parent may lie outside the actor's view: a branch of another city's group.
    """
    references = _References.of(actor, [draft], permission)
    checked = references.check(actor, draft, kept=customer)
    candidate = Candidate(checked.draft.name, checked.draft.credit_code)
    found = find_duplicates(actor, [candidate], other_than=customer.pk)[0]
    return replace(checked, duplicates=found.seen, hidden=found.hidden)


@dataclass(frozen=True, slots=True)
class _References:
    """All that a batch of drafts refers to, read at once."""

    known: Known
    thresholds: Sequence[GradeThreshold]
    units: Mapping[int, OrgUnit]
    owners: Collection[int]
    levels: Mapping[int, int]

    @classmethod
    def of(cls, actor: Actor, drafts: Sequence[CustomerDraft], permission: Permission) -> _References:
        units = visible(OrgUnit.objects.filter(is_open=True), actor, permission)
        owner_ids = {draft.owner_id for draft in drafts if draft.owner_id is not None}
        return cls(
            known=known_entries(),
            thresholds=grade_thresholds(),
            units={unit.pk: unit for unit in units.filter(pk__in={draft.org_unit_id for draft in drafts})},
            owners=set(User.objects.filter(pk__in=owner_ids, is_active=True).values_list("pk", flat=True)),
            levels=_levels(actor, {draft.parent_id for draft in drafts if draft.parent_id is not None}),
        )

    def check(self, actor: Actor, draft: CustomerDraft, *, kept: Customer | None = None) -> CheckedDraft:
        tidied, faults = tidy(draft, self.known)
        unit = self.units.get(draft.org_unit_id)
        if unit is None:
            faults.append(UnitUnknown(field="org_unit", text=str(draft.org_unit_id or "")))
        if tidied.parent_id is not None and (kept is None or tidied.parent_id != kept.parent_id):
            level = self.levels.get(tidied.parent_id)
            if level is None:
                faults.append(ParentUnknown(field="parent", text=str(tidied.parent_id)))
            elif level >= MOST_LEVELS:
                faults.append(TreeTooDeep(field="parent", most=MOST_LEVELS))
        owner_id = self._owner(actor, tidied.owner_id, kept.owner_id if kept else None, faults)
        grade = tidied.grade or grade_by_revenue(tidied.monthly_revenue_fen, self.thresholds)
        return CheckedDraft(
            replace(tidied, owner_id=owner_id, grade=grade, hand_grade=tidied.grade), unit, tuple(faults)
        )

    def _owner(
        self, actor: Actor, wanted: int | None, kept: int | None, faults: list[DomainError]
    ) -> int | None:
        """Who may not assign keeps what is, or takes a new account themselves."""
        if wanted == kept and kept is not None:
            return kept
        if not actor.may(Permission.ASSIGN):
            if wanted not in {None, actor.user_id}:
                faults.append(OwnerNotYours(field="owner", text=str(wanted)))
            return actor.user_id if kept is None else kept
        if wanted is not None and wanted not in self.owners:
            faults.append(OwnerUnknown(field="owner", text=str(wanted)))
        return wanted


def _levels(actor: Actor, ids: set[int]) -> dict[int, int]:
    """How deep in its tree each account stands that the actor sees, its root being 1."""
    seen = set(customers_for(actor).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
    above: dict[int, int | None] = {}
    wanted = seen
    for _level in range(MOST_LEVELS):
        if not wanted:
            break
        above.update(Customer.objects.filter(pk__in=wanted).values_list("pk", "parent_id"))
        wanted = {parent for parent in above.values() if parent is not None} - above.keys()
    return {pk: _height(pk, above) for pk in seen}


def _height(pk: int, above: Mapping[int, int | None]) -> int:
    height, at = 1, above.get(pk)
    while at is not None and height < MOST_LEVELS:
        height, at = height + 1, above.get(at)
    return height
