"""Signs that an account may be lost (流失预警): what is measured and what becomes of a warning (KAM-03).

A signal measures one thing of an account as a whole number; it warns when the measure reaches the signal's
threshold, which is data. Signals of this module look at revenue; upper apps bring theirs through
`customers.signals`. An account has at most one live warning, to which further evidence is added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from dakehu.kernel.errors import DomainError
from dakehu.kernel.money import divide_half_up
from dakehu.kernel.states import StateTable

SLOPE_MONTHS = 6
QUIET_DAYS = 60
"""How long an account that a warning was closed of is left alone, so that no answer is asked for twice."""


class WarningState(StrEnum):
    OPEN = "open"
    IN_HAND = "in_hand"
    SAVED = "saved"
    LOST = "lost"
    FALSE_ALARM = "false_alarm"


class WarningEvent(StrEnum):
    TAKE = "take"
    SAVE = "save"
    LOSE = "lose"
    DISMISS = "dismiss"


_S, _E = WarningState, WarningEvent
WARNING_STATES = StateTable(
    name="churn_warning",
    initial=WarningState.OPEN,
    moves={
        (_S.OPEN, _E.TAKE): _S.IN_HAND,
        (_S.OPEN, _E.DISMISS): _S.FALSE_ALARM,
        (_S.IN_HAND, _E.SAVE): _S.SAVED,
        (_S.IN_HAND, _E.LOSE): _S.LOST,
        (_S.IN_HAND, _E.DISMISS): _S.FALSE_ALARM,
    },
)
LIVE = (WarningState.OPEN, WarningState.IN_HAND)


class OutcomeMissing(DomainError):
    """Whoever closes a warning says what was found and done."""

    code = "customers.outcome_missing"


class ThresholdInvalid(DomainError):
    """A threshold is a whole number above nil."""

    code = "customers.threshold_invalid"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a signal found of one account: the measure, the threshold it reached, and facts to tell it by."""

    signal: str
    value: int
    threshold: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict)

    def row(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def evidence_from(row: Mapping[str, Any]) -> Evidence:
    """Evidence as JSON keeps it."""
    return Evidence(row["signal"], row["value"], row.get("threshold", 0), row.get("facts", {}))


def falling_spend(amounts: Sequence[int]) -> int:
    """By how many per cent the trend of the months' revenue falls from first to last; 0 if it doesn't.

    The trend is the line of least squares, in whole numbers: one odd month does not make it. For months
    x = 0 … n-1 the line falls by -slope·(n-1), compared with its height at the first month; the common
    denominator n·Σx² - (Σx)² falls out. Nil where the line begins at nil or below.
    """
    n = len(amounts)
    if n < 2:
        return 0
    sum_x, sum_xx = n * (n - 1) // 2, (n - 1) * n * (2 * n - 1) // 6
    sum_y = sum(amounts)
    sum_xy = sum(x * y for x, y in enumerate(amounts))
    slope = n * sum_xy - sum_x * sum_y
    start = sum_xx * sum_y - sum_x * sum_xy
    if start <= 0 or slope >= 0:
        return 0
    return min(divide_half_up(-slope * (n - 1) * 100, start), 100)


def gone_products(earlier: Mapping[str, int], last: Mapping[str, int]) -> dict[str, int]:
    """Products that were billed in the earlier months and are not in the last one, with what they brought."""
    return {name: fen for name, fen in earlier.items() if fen > 0 and last.get(name, 0) <= 0}
