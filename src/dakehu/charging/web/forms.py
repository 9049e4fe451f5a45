"""The form of a tariff: for each class of call a first period and further units."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dakehu.charging.domain.rates import Rate
from dakehu.charging.models import Tariff
from dakehu.charging.web.words import CLASSES
from dakehu.infra.ui.api import DateField, DecimalField, Group, NameField, NumberField
from dakehu.kernel.money import Hao
from dakehu.kernel.numbers import CallClass

_HAO_PER_YUAN = 10_000


class TariffForm(forms.Form):
    name = NameField(label=_("Name"), max_length=80)
    effective_from = DateField(label=_("In force from"))

    def __init__(self, *args: Any, latest: Tariff | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {rate.call_class: rate for rate in latest.rates.all()} if latest else {}
        for call_class in CallClass:
            rate = known.get(str(call_class))
            prices = (rate.first_hao, rate.unit_hao) if rate else (0, 0)
            fields: dict[str, forms.Field] = {
                "first_s": NumberField(
                    label=_("First period, seconds"), min_value=0, initial=rate and rate.first_s
                ),
                "first": _price(_("Price of the first period, yuan"), prices[0]),
                "unit_s": NumberField(
                    label=_("Unit after it, seconds"), min_value=1, initial=rate and rate.unit_s
                ),
                "unit": _price(_("Price of a unit, yuan"), prices[1]),
            }
            for key, field in fields.items():
                self.fields[f"{call_class}_{key}"] = field

    def groups(self) -> list[Group]:
        return [
            Group("", ["name", "effective_from"]),
            *(
                Group(label, [f"{call_class}_{key}" for key in ("first_s", "first", "unit_s", "unit")])
                for call_class, label in CLASSES.items()
            ),
        ]

    def rates(self) -> dict[CallClass, Rate]:
        """The prices as typed; after `is_valid`."""
        values = self.cleaned_data
        return {
            call_class: Rate(
                values[f"{call_class}_first_s"],
                Hao(int(values[f"{call_class}_first"] * _HAO_PER_YUAN)),
                values[f"{call_class}_unit_s"],
                Hao(int(values[f"{call_class}_unit"] * _HAO_PER_YUAN)),
            )
            for call_class in CallClass
        }


def _price(label: Any, hao: int) -> DecimalField:
    return DecimalField(
        label=label, min_value=0, max_digits=9, decimal_places=4, initial=f"{hao / _HAO_PER_YUAN:.4f}"
    )
