"""The province's customers, loaded in chunks: memory stays flat however many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dakehu.config.demo.companies import Company, company
from dakehu.config.demo.dice import Dice
from dakehu.config.demo.geography import CITIES
from dakehu.config.demo.people import Province
from dakehu.customers.api import Customer, LoadedContact, LoadedFile, load_files, load_series, loading

_CHUNK = 5000
_STREAM = 5
_WITHOUT_OWNER = 4  # per cent
REMARK = "演示数据：虚构单位"
Progress = Callable[[int, int, str], None]

_CARELESS, _NEGLECTED = 25, 12  # per cent of the accounts
_TENDED = 60


@dataclass(frozen=True, slots=True)
class Placed:
    """A customer as it was loaded: what later parts of the demonstration refer to."""

    id: int
    org_path: str
    company: Company


def load_accounts(province: Province, accounts: int, seed: int, progress: Progress) -> int:
    """Load them all in the caller's transaction; the id of the customer of index 0."""
    last = Customer.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    first_id = last + 1
    serials: dict[str, int] = defaultdict(int)
    with loading():
        for start in range(0, accounts, _CHUNK):
            end = min(start + _CHUNK, accounts)
            load_files([_file(province, seed, first_id, index, serials) for index in range(start, end)])
            progress(end, accounts, "customers")
        load_series(serials)
    return first_id


def placed(province: Province, seed: int, first_id: int, indexes: range) -> Iterator[Placed]:
    """The customers of these indexes again, with id and place, without asking the database."""
    for index in indexes:
        made = company(seed, index)
        team = _team(province, seed, made)
        yield Placed(first_id + index, province.teams[made.city][team].path, made)


def _file(province: Province, seed: int, first_id: int, index: int, serials: dict[str, int]) -> LoadedFile:
    made = company(seed, index)
    area = CITIES[made.city].area_code
    serials[area] += 1
    unit = province.teams[made.city][_team(province, seed, made)]
    managers = province.managers[unit.pk]
    dice = Dice(seed, _STREAM + 1, index)
    owner = managers[dice.number(len(managers))] if managers and not dice.chance(_WITHOUT_OWNER) else None
    # Some files are badly kept, so that data quality has something to tell.
    careless, neglected = dice.chance(_CARELESS), index >= _TENDED and dice.chance(_NEGLECTED)
    contacts = [] if neglected else [LoadedContact(*contact) for contact in made.contacts]
    return LoadedFile(
        id=first_id + index,
        code=f"K{area}{serials[area]:07d}",
        name=made.name,
        credit_code=made.credit_code,
        section=made.section,
        trade=made.trade,
        grade=made.grade,
        status=made.status,
        parent_id=first_id + made.parent if made.parent is not None else None,
        unit_id=unit.pk,
        unit_path=unit.path,
        owner_id=owner.pk if owner else None,
        monthly_revenue_fen=made.monthly_revenue_fen,
        address="" if careless or neglected else made.address,
        phone="" if neglected else made.phone,
        remark=REMARK,
        created_at=made.created_at,
        contacts=tuple(contacts),
    )


def _team(province: Province, seed: int, made: Company) -> int:
    return Dice(seed, _STREAM, made.index).number(len(province.teams[made.city]))
