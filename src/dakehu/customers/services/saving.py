"""What every write of customer files shares: reference data, numbers, keys, the search index, audit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.db.models import F

from dakehu.customers.domain.drafts import CustomerDraft
from dakehu.customers.domain.grades import Grade
from dakehu.customers.domain.names import name_key
from dakehu.customers.domain.spelling import spell
from dakehu.customers.domain.tokens import Facts, is_scope, tokens_of
from dakehu.customers.models import CodeSeries, Collaborator, Customer, Merge
from dakehu.customers.models.search_index import CUSTOMERS
from dakehu.customers.services.things import follow_customers, seen_from
from dakehu.infra.access.api import CITY_DEPTH, SEGMENT
from dakehu.infra.audit.api import Change, snapshot
from dakehu.organisation.api import OrgUnit

FIELDS = (
    "name", "credit_code", "section", "trade", "grade", "hand_grade", "hand_reason", "status",
    "parent", "org_unit", "owner", "monthly_revenue_fen", "address", "phone", "website", "remark",
)  # fmt: skip
_NO_AREA = "0000"
_BATCH = 1000


def fill(row: Customer, draft: CustomerDraft, unit: OrgUnit) -> None:
    """Put a checked draft and what follows from it into the row."""
    row.name, row.name_key = draft.name, name_key(draft.name)
    row.name_sort, row.initials = spell(draft.name)
    row.credit_code, row.section, row.trade = draft.credit_code, draft.section, draft.trade
    row.grade, row.hand_grade = draft.grade or Grade.SMALL, draft.hand_grade
    row.status, row.monthly_revenue_fen = draft.status, draft.monthly_revenue_fen
    row.parent_id, row.owner_id, row.org_unit_id = draft.parent_id, draft.owner_id, unit.pk
    row.address, row.phone = draft.address, draft.phone
    row.website, row.remark = draft.website, draft.remark
    row.place(unit.path)


def give_codes(rows: Sequence[Customer], units: Mapping[int, OrgUnit]) -> None:
    """Account numbers K + area code + serial, a run of serials per area under its series' lock."""
    areas = _area_codes(units.values())
    by_area: dict[str, list[Customer]] = defaultdict(list)
    for row in rows:
        by_area[areas[units[row.org_unit_id].path]].append(row)
    for area, members in sorted(by_area.items()):
        for serial, row in enumerate(members, start=_take_serials(area, len(members))):
            row.code = f"K{area}{serial:07d}"


def _take_serials(area: str, count: int) -> int:
    """The first of `count` serials of the area, all of them the caller's."""
    CodeSeries.objects.get_or_create(area_code=area)
    with transaction.atomic():
        series = CodeSeries.objects.select_for_update().get(area_code=area)
        CodeSeries.objects.filter(pk=area).update(last=F("last") + count)
    return series.last + 1


def _area_codes(units: Iterable[OrgUnit]) -> dict[str, str]:
    """Each unit's area code by its path: its city's."""
    paths = [unit.path for unit in units]
    cities = {path[: SEGMENT * CITY_DEPTH] for path in paths}
    known = dict(OrgUnit.objects.filter(path__in=cities).values_list("path", "area_code"))
    return {path: known.get(path[: SEGMENT * CITY_DEPTH], "") or _NO_AREA for path in paths}


def index(rows: Sequence[Customer], *, fresh: bool = False) -> None:
    """Write the rows' search words, and those of what hangs on them where others see it now.

    `fresh` is for rows just created, which have no collaborators.
    """
    people: dict[int, list[int]] = defaultdict(list)
    former: dict[int, list[str]] = defaultdict(list)
    if not fresh:
        for at in range(0, len(rows), _BATCH):
            some = Collaborator.objects.filter(customer__in=rows[at : at + _BATCH])
            for customer_id, user_id in some.values_list("customer_id", "user_id"):
                people[customer_id].append(user_id)
            merged = Merge.objects.filter(kept__in=rows[at : at + _BATCH], undone_at=None)
            for customer_id, code in merged.values_list("kept_id", "gone_code"):
                former[customer_id].append(code)
    words = {row.pk: tokens_of(_facts(row, people[row.pk], former[row.pk])) for row in rows}
    before = {} if fresh else CUSTOMERS.tokens(words)
    CUSTOMERS.put(words, fresh=fresh)
    moved = [pk for pk, known in before.items() if _scope(known) != _scope(words[pk])]
    if moved:
        follow_customers(moved)


def _scope(tokens: Iterable[str]) -> set[str]:
    return {token for token in tokens if is_scope(token)}


def _facts(row: Customer, collaborators: Sequence[int], former: Sequence[str]) -> Facts:
    paths = seen_from(row.org_path)
    people = tuple(sorted(collaborators))
    return Facts(
        row.name, row.initials, row.code, row.credit_code, row.phone, paths, int(row.grade), people,
        tuple(former), row.name_sort,
    )  # fmt: skip


def shown(row: Customer) -> dict[str, object]:
    """The columns that the audit keeps of a customer."""
    return snapshot(row, *FIELDS)


def change(row: Customer, before: Mapping[str, object]) -> Change:
    return Change("customer", row.pk, row.name, before, shown(row), row.org_path)
