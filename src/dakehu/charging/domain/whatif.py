"""What would happen if a line dialled something: the outcome in stages, and no more than the asker may see.

The decision is call control's own. A line that the asker does not see keeps its secrets: of it is told what
a caller would learn by calling, so not that it forwards, where to, nor what else would ring.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from dakehu.kernel.errors import DomainError
from dakehu.numbering.domain.featurecodes import Told
from dakehu.switch.callcontrol import Explanation, Failure, Reason, Rung, State, Supposition
from dakehu.switch.directory import LineEntry

_FORWARDED = "VPN-05"


class NotPublished(DomainError):
    """The calling line is not in the voice directory. Data: `number`."""

    code = "charging.line_not_published"


class OwnerUnseen(DomainError):
    """The digits name a line whose password they hold, which the asker does not see. Data: `short`."""

    code = "charging.owner_unseen"


@dataclass(frozen=True, slots=True)
class Stage:
    """What rings, at once or `after` these failures; `after_s` is how long the stage before it rings."""

    rung: tuple[Rung, ...]
    after: tuple[Failure, ...] = ()
    after_s: int | None = None
    ways: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The answer. `end` is what the caller hears of it, None where somebody may answer.

    `is_private`: the called line is one that the asker does not see. A number that is "" is such a line's.
    """

    explained: Explanation
    stages: tuple[Stage, ...]
    end: Reason | Told | None
    is_private: bool


def named_numbers(supposed: Supposition, explained: Explanation) -> frozenset[str]:
    """The numbers of lines of ours that the answer tells of."""
    found = {*supposed.named, *explained.queued, explained.called_number}
    for each in _all(explained):
        found.update(number for rung in each.rung for number in (rung.number, rung.by))
    return frozenset(number for number in found if number and supposed.view.line(number) is not None)


def answer(
    supposed: Supposition, explained: Explanation, dialled: str, state: State, seen: Collection[str]
) -> WhatIf:
    """The answer for somebody who sees the lines `seen`."""
    ours = named_numbers(supposed, explained)
    targets = {explained.called_number} - {rung.number for each in _all(explained) for rung in each.rung}
    private = bool((supposed.named | targets) & ours - frozenset(seen))
    known = _outwardly(explained, supposed, dialled) if private else explained
    hidden = frozenset() if private else ours - frozenset(seen)
    stages = tuple(_masked(stage, hidden) for stage in _stages(known, state))
    return WhatIf(known, stages, _end(known, state), private)


def owner_entry(supposed: Supposition, caller: LineEntry) -> LineEntry | None:
    """The line whose password the digits hold, where they name one."""
    return supposed.view.line_by_vpn_short(caller.vpn_id, supposed.owner) if supposed.owner else None


def _outwardly(explained: Explanation, supposed: Supposition, dialled: str) -> Explanation:
    """As the caller would learn it: that it rings, or why not."""
    refused = tuple(rule for rule in explained.trace if rule != _FORWARDED)
    return replace(
        explained,
        trace=supposed.rules if explained.rings else refused,
        called_number="",
        shown_number=supposed.shown,
        forwarded_by="",
        otherwise=(),
        waits=False,
        rung=(Rung(dialled, supposed.shown),) if explained.rung else (),
        ways=(),
        no_answer_s=None,
        queued=("",) if explained.queued else (),
    )


def _stages(explained: Explanation, state: State) -> Iterator[Stage]:
    if explained.rung:
        yield Stage(explained.rung, ways=explained.ways)
    yield from _later(explained, state)


def _later(explained: Explanation, state: State) -> Iterator[Stage]:
    """What follows, each target once for all the failures that lead to it."""
    after: dict[int, list[Failure]] = {}
    onward: dict[int, Explanation] = {}
    for failure, following in explained.otherwise:
        if state is not State.NO_ANSWER or failure is Failure.NO_ANSWER:
            after.setdefault(id(following), []).append(failure)
            onward[id(following)] = following
    for key, following in onward.items():
        yield Stage(following.rung, tuple(after[key]), explained.no_answer_s, following.ways)
        yield from _later(following, state)


def _end(explained: Explanation, state: State) -> Reason | Told | None:
    if explained.reason is not None or explained.told is not None:
        return explained.reason or explained.told
    return Reason.NO_ANSWER if state is State.NO_ANSWER and explained.rung else None


def _masked(stage: Stage, hidden: Collection[str]) -> Stage:
    rung = tuple(replace(each, number="") if each.number in hidden else each for each in stage.rung)
    return replace(stage, rung=rung)


def _all(explained: Explanation) -> Iterator[Explanation]:
    """It and all that follows, each once."""
    yield explained
    for following in {id(each): each for _failure, each in explained.otherwise}.values():
        yield from _all(following)
