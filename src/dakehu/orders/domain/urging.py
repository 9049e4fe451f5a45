"""Whom a reminder (催单) goes to: the holder first, then a level up each time, up to the province."""

from __future__ import annotations

SEGMENT = 4


def urge_target(holder: str, urged_before: int) -> str:
    """The path of the unit to remind, where `holder` is the path of the unit that has the step in hand."""
    kept = max(len(holder) - SEGMENT * urged_before, SEGMENT)
    return holder[:kept]
