"""Signals of churn: what is measured of accounts, registered by this app and by those above it (KAM-03).

An upper app registers what it knows in its `AppConfig.ready`, through `customers.api`:

    register_signal(Signal("faults", _("Repeat faults"), _("faults in 90 days"), 3, count, words))

`measure(customer_ids, day)` gives, in few queries for any number of accounts, a whole number and the facts
to tell it by for each account that it has something to say of. `words(evidence)` says it to people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise

from dakehu.customers.domain.churn import Evidence
from dakehu.kernel.errors import NotFound

Text = str | Promise
Measures = Mapping[int, tuple[int, Mapping[str, Any]]]
"""By customer: the measure, and facts for JSON."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing measured. It warns from `threshold` on, unless the administrator set another."""

    name: str
    label: Text
    unit: Text
    threshold: int
    measure: Callable[[Sequence[int], date], Measures]
    words: Callable[[Evidence], str]


_signals: dict[str, Signal] = {}


def register_signal(*signals: Signal) -> None:
    for signal in signals:
        _signals[signal.name] = signal


def known_signals() -> list[Signal]:
    return list(_signals.values())


def signal_of(name: str) -> Signal:
    """The signal of that name, or `NotFound`."""
    try:
        return _signals[name]
    except KeyError:
        raise NotFound(noun="signal", id=name) from None


def evidence_words(evidence: Evidence) -> str:
    """The evidence as a sentence; of a signal whose app is gone, its name and measure."""
    signal = _signals.get(evidence.signal)
    return signal.words(evidence) if signal else f"{evidence.signal}: {evidence.value}"
