"""When and for whom a rule of a voice service holds: hours of the week, groups of numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any


@dataclass(frozen=True, slots=True)
class Period:
    """Hours on some days of the week, in the installation's local time.

    `weekdays` are ISO's, 1 is Monday; none means all. `begins` counts, `ends` does not. Hours that end before
    they begin run over midnight and belong to the day on which they began; equal ones are the whole day.
    """

    begins: time = time()
    ends: time = time()
    weekdays: frozenset[int] = frozenset()

    def includes(self, at: datetime) -> bool:
        clock, weekday = at.time(), at.isoweekday()
        if self.begins < self.ends:
            return self._on(weekday) and self.begins <= clock < self.ends
        if clock >= self.begins:
            return self._on(weekday)
        return clock < self.ends and self._on(weekday - 1 or 7)

    def row(self) -> dict[str, Any]:
        """For JSON."""
        times = {"begins": f"{self.begins:%H:%M}", "ends": f"{self.ends:%H:%M}"}
        return times | {"weekdays": sorted(self.weekdays)}

    def _on(self, weekday: int) -> bool:
        return not self.weekdays or weekday in self.weekdays


@dataclass(frozen=True, slots=True)
class Callers:
    """A group of callers: numbers in national form, and beginnings of such ("0351", "+44")."""

    numbers: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()

    def includes(self, caller: str) -> bool:
        """A caller without a number is in no group."""
        return caller in self.numbers or caller.startswith(self.prefixes) if caller else False

    def row(self) -> dict[str, Any]:
        """For JSON."""
        return {"numbers": sorted(self.numbers), "prefixes": list(self.prefixes)}


def period_from(row: dict[str, Any]) -> Period:
    """A period as JSON keeps it. Raises KeyError, TypeError, ValueError for what can't be read."""
    days = frozenset(int(day) for day in row.get("weekdays", ()))
    if not days <= frozenset(range(1, 8)):
        raise ValueError(f"weekdays {sorted(days)}")
    return Period(time.fromisoformat(row["begins"]), time.fromisoformat(row["ends"]), days)


def callers_from(row: dict[str, Any]) -> Callers:
    """A group of numbers as JSON keeps it. Raises KeyError, TypeError for what can't be read."""
    return Callers(frozenset(map(str, row["numbers"])), tuple(map(str, row["prefixes"])))
