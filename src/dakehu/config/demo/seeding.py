"""The demonstration province, all of it or nothing of it, once."""

from __future__ import annotations

from django.db import connection, transaction

from dakehu.config.demo.accountbook import Progress, load_accounts
from dakehu.config.demo.business import make_orders
from dakehu.config.demo.duplicates import make_duplicates
from dakehu.config.demo.history import make_calls, make_revenue, make_revenue_of
from dakehu.config.demo.models import DemoProvince
from dakehu.config.demo.names import MOST
from dakehu.config.demo.people import give_accounts, make_people
from dakehu.config.demo.performance import make_performance
from dakehu.config.demo.quality import make_quality
from dakehu.config.demo.relations import make_relations
from dakehu.config.demo.roster import make_roster
from dakehu.config.demo.tones import make_tones
from dakehu.config.demo.visiting import make_visits
from dakehu.config.demo.voice import make_known_customer, make_voice
from dakehu.config.demo.vpn import make_vpn
from dakehu.config.demo.worth import make_worth
from dakehu.customers.api import reindex_hanging
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.audit.api import Change, record
from dakehu.infra.clock import now


def seed_demo(*, accounts: int, seed: int, progress: Progress) -> bool:
    """Make the province unless it is there; whether it was made. One transaction: a kill leaves nothing."""
    if not 0 < accounts <= MOST:
        raise ValueError(f"a demonstration has from 1 to {MOST:,} accounts")
    if DemoProvince.objects.exists():
        return False
    with transaction.atomic():
        row = DemoProvince.objects.create(seed=seed, accounts=accounts, seeded_at=now())
        province = make_people(seed)
        first_id = load_accounts(province, accounts, seed, progress)
        give_accounts(province)
        known = make_known_customer(province, seed, accounts)
        stations = make_voice(province, seed, known)
        make_vpn(known)
        make_tones(known)
        make_calls(stations, seed, row.seeded_at)
        make_orders(province)
        make_relations(province, known, seed)
        make_roster(province, row, known)
        make_visits(province, row.seeded_at)
        make_revenue(province, first_id, row, progress)
        make_revenue_of(known, row)
        make_worth(province, first_id, row, known, progress)
        make_performance(province, row)
        make_duplicates(province, accounts)
        make_quality(row, progress)
        reindex_hanging()
        made = {"accounts": accounts, "seed": seed}
        record(SYSTEM, "demo.seed", Change("demo", row.pk, "demonstration", after=made))
    if not connection.in_atomic_block:
        _tidy_up()
    return True


def _tidy_up() -> None:
    """After a large load: what the database does better when it is done at once."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM (ANALYZE) customers_customer, customers_search, customers_things_search")
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
