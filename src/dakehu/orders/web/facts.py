"""An item's characteristics in the catalogue's words, in the catalogue's order."""

from __future__ import annotations

from collections.abc import Mapping

from dakehu.catalogue.api import ProductOffering
from dakehu.infra.ui.api import Fact, Kind


def facts_of(offering: ProductOffering, values: Mapping[str, object]) -> list[Fact]:
    """A fact for each characteristic that has a value; needs the offering's characteristics."""
    return [
        Fact(
            str(each),
            dict(each.labelled_choices).get(str(values[each.code]), values[each.code]),
            _kind(values[each.code]),
        )
        for each in offering.specification.characteristics.all()
        if each.code in values
    ]


def _kind(value: object) -> Kind:
    return Kind.YES_NO if isinstance(value, bool) else Kind.TEXT
