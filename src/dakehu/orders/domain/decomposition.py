"""From an order to the work of branches: which steps, whose, and what waits for what.

The lead branch (主办) is the customer's own; each further branch whose exchange takes part assists (协办).
Every branch follows its own chain; across branches, the end-to-end test waits for every branch's own test,
and the customer signs last. A plan is a value: the same order gives the same plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise


class StepKind(StrEnum):
    SURVEY = "survey"
    RESOURCE = "resource"
    CONSTRUCTION = "construction"
    TEST = "test"
    END_TO_END_TEST = "end_to_end_test"
    SIGN_OFF = "sign_off"


class BranchRole(StrEnum):
    LEAD = "lead"
    ASSIST = "assist"


@dataclass(frozen=True, slots=True)
class WorkScope:
    """What decomposition looks at.

    `lead` and `branches` are organisation paths: the customer's branch and those of the exchanges concerned.
    `new_lines` counts the lines that must be laid, `new_group` says that an exchange gets a group's data.
    """

    lead: str
    branches: tuple[str, ...]
    new_group: bool
    new_lines: int


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """`key` is unique in the plan; `after` names the keys of the steps that must be done before."""

    key: str
    branch: str
    kind: StepKind
    weight: int
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedBranch:
    branch: str
    role: BranchRole
    steps: tuple[PlannedStep, ...]


# How a class's days divide: construction takes the most, the survey comes next.
WEIGHTS = {
    StepKind.SURVEY: 2,
    StepKind.RESOURCE: 1,
    StepKind.CONSTRUCTION: 3,
    StepKind.TEST: 1,
    StepKind.END_TO_END_TEST: 1,
    StepKind.SIGN_OFF: 1,
}
NO_RETURN = StepKind.CONSTRUCTION
"""Once a construction is done the exchange has been changed: what is built is removed by another order."""


def decompose(scope: WorkScope) -> tuple[PlannedBranch, ...]:
    """The branches' work, the lead first, assisting branches in the order of their paths.

    A survey is made where lines must be laid; construction and test at every exchange concerned; the test
    from end to end only where several branches built.
    """
    building = sorted(set(scope.branches)) or [scope.lead]
    assisting = [branch for branch in building if branch != scope.lead]
    chains = {branch: _chain(scope, branch) for branch in [scope.lead, *assisting]}
    planned = {branch: _linked(branch, kinds) for branch, kinds in chains.items()}
    closing = _closing(scope.lead, planned, end_to_end=len(building) > 1)
    return (
        PlannedBranch(scope.lead, BranchRole.LEAD, (*planned[scope.lead], *closing)),
        *(PlannedBranch(branch, BranchRole.ASSIST, planned[branch]) for branch in assisting),
    )


def _chain(scope: WorkScope, branch: str) -> list[StepKind]:
    kinds: list[StepKind] = []
    if branch == scope.lead and (scope.new_group or scope.new_lines):
        kinds.append(StepKind.SURVEY)
    if branch in scope.branches or not scope.branches:
        kinds += [StepKind.RESOURCE, StepKind.CONSTRUCTION, StepKind.TEST]
    return kinds


def _linked(branch: str, kinds: Sequence[StepKind]) -> tuple[PlannedStep, ...]:
    keys = [f"{branch}.{kind}" for kind in kinds]
    before = dict(pairwise(keys))
    follows = {later: earlier for earlier, later in before.items()}
    return tuple(
        PlannedStep(key, branch, kind, WEIGHTS[kind], (follows[key],) if key in follows else ())
        for key, kind in zip(keys, kinds, strict=True)
    )


def _closing(
    lead: str, planned: dict[str, tuple[PlannedStep, ...]], *, end_to_end: bool
) -> tuple[PlannedStep, ...]:
    """What the lead does when every branch is through."""
    ends = tuple(steps[-1].key for steps in planned.values() if steps)
    steps: list[PlannedStep] = []
    if end_to_end:
        kind = StepKind.END_TO_END_TEST
        steps.append(PlannedStep(f"{lead}.{kind}", lead, kind, WEIGHTS[kind], ends))
        ends = (steps[-1].key,)
    kind = StepKind.SIGN_OFF
    return (*steps, PlannedStep(f"{lead}.{kind}", lead, kind, WEIGHTS[kind], ends))


def allowances(plan: Sequence[PlannedBranch], total_s: int) -> dict[str, int]:
    """How much of `total_s` working seconds each step may take, by its key.

    The longest way through the plan gets the whole; a step on a shorter way gets the same rate, so branches
    that are through early wait with time in hand.
    """
    steps = {step.key: step for branch in plan for step in branch.steps}
    longest = max((_length(steps, key) for key in steps), default=1)
    return {key: total_s * step.weight // longest for key, step in steps.items()}


def _length(steps: dict[str, PlannedStep], key: str) -> int:
    step = steps[key]
    return step.weight + max((_length(steps, before) for before in step.after), default=0)
