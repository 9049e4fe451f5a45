"""The years that the `chinesecalendar` package knows: each release of it adds one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

from chinese_calendar import constants

Days = Mapping[date, str]


@cache
def library_years() -> dict[int, tuple[Days, Days]]:
    """Each known year's holidays and made-up working days, with their festivals' Chinese names."""
    names = {festival.value: festival.chinese for festival in constants.Holiday}
    years: dict[int, tuple[dict[date, str], dict[date, str]]] = {}
    for kind, days in enumerate((constants.holidays, constants.workdays)):
        for day, festival in days.items():
            years.setdefault(day.year, ({}, {}))[kind][day] = names[festival]
    return dict(sorted(years.items()))
