"""The tariff an installation starts with: the public prices of the fixed network, as data to be followed."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from dakehu.charging.domain.rates import Rate
from dakehu.charging.models import Tariff
from dakehu.charging.services.tariffs import save_tariff
from dakehu.kernel.money import Hao
from dakehu.kernel.numbers import CallClass

_FREE = Rate(0, Hao(0), 60, Hao(0))
FIRST_DAY = date(2024, 1, 1)
FIRST_RATES = {
    CallClass.IN_GROUP: _FREE,
    CallClass.IN_VPN: Rate(0, Hao(0), 60, Hao(600)),
    CallClass.LOCAL: Rate(180, Hao(2200), 60, Hao(1100)),
    CallClass.NATIONAL: Rate(0, Hao(0), 6, Hao(700)),
    CallClass.INTERNATIONAL: Rate(0, Hao(0), 6, Hao(8000)),
    CallClass.SPECIAL: Rate(180, Hao(2200), 60, Hao(1100)),
    CallClass.EMERGENCY: _FREE,
}


def seed() -> None:
    """Idempotent: an installation that has a tariff keeps it."""
    with transaction.atomic():
        if not Tariff.objects.exists():
            save_tariff("标准资费", FIRST_DAY, FIRST_RATES)
