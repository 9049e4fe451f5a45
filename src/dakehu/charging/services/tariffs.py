"""Publishing tariffs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from dakehu.charging.domain.rates import Rate, TariffNotNew, check_rates
from dakehu.charging.models import Tariff, TariffRate
from dakehu.charging.permissions import TariffPermission
from dakehu.infra.access.api import Actor, require
from dakehu.infra.audit.api import Change, record
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import publish
from dakehu.kernel.clock import day_of
from dakehu.kernel.errors import raise_faults
from dakehu.kernel.numbers import CallClass


def tariff_publish(
    *, actor: Actor, name: str, effective_from: date, rates: Mapping[CallClass, Rate]
) -> Tariff:
    """Publish a tariff from a day to come; raises the faults of `check_rates`, `TariffNotNew`."""
    require(actor, TariffPermission.PUBLISH)
    faults = check_rates(rates)
    taken = Tariff.objects.filter(effective_from__gte=effective_from).exists()
    if effective_from <= day_of(now()) or taken:
        faults.append(TariffNotNew(field="effective_from", day=effective_from.isoformat()))
    raise_faults(faults)
    with transaction.atomic():
        tariff = save_tariff(name, effective_from, rates)
        after = {"name": name, "effective_from": effective_from} | {
            str(key): [rate.first_s, rate.first_hao, rate.unit_s, rate.unit_hao]
            for key, rate in rates.items()
        }
        record(actor, "tariff.publish", Change("tariff", tariff.pk, name, after=after))
        publish("tariff.published", key=tariff.pk)
    return tariff


def save_tariff(name: str, effective_from: date, rates: Mapping[CallClass, Rate]) -> Tariff:
    """The rows alone: for the service above and for the first tariff of an installation."""
    tariff = Tariff.objects.create(name=name, effective_from=effective_from, published_at=now())
    TariffRate.objects.bulk_create(
        TariffRate(
            tariff=tariff,
            call_class=call_class,
            first_s=rate.first_s,
            first_hao=rate.first_hao,
            unit_s=rate.unit_s,
            unit_hao=rate.unit_hao,
        )
        for call_class, rate in rates.items()
    )
    return tariff
