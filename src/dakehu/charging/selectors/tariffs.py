"""Reading tariffs."""

from __future__ import annotations

from dakehu.charging.domain.rates import Rate, TariffTable
from dakehu.charging.models import Tariff
from dakehu.kernel.money import Hao
from dakehu.kernel.numbers import CallClass


def tariff_tables() -> list[TariffTable]:
    """Every tariff as the domain computes with it, earliest first; two queries."""
    return [
        TariffTable(
            id=tariff.pk,
            effective_from=tariff.effective_from,
            rates={
                CallClass(row.call_class): Rate(
                    row.first_s, Hao(row.first_hao), row.unit_s, Hao(row.unit_hao)
                )
                for row in tariff.rates.all()
            },
        )
        for tariff in Tariff.objects.prefetch_related("rates").order_by("effective_from")
    ]
