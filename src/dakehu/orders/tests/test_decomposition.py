from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dakehu.orders.domain.decomposition import (
    BranchRole,
    PlannedBranch,
    PlannedStep,
    StepKind,
    WorkScope,
    allowances,
    decompose,
)

pytestmark = pytest.mark.req("KAM-08")

HERE, THERE, ELSEWHERE = "00010001", "00010002", "00010003"
_K = StepKind


def kinds(branch: PlannedBranch) -> list[StepKind]:
    return [step.kind for step in branch.steps]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (
            WorkScope(HERE, (HERE,), new_group=True, new_lines=3),
            [(HERE, "lead", [_K.SURVEY, _K.RESOURCE, _K.CONSTRUCTION, _K.TEST, _K.SIGN_OFF])],
        ),
        (
            WorkScope(HERE, (HERE,), new_group=False, new_lines=0),
            [(HERE, "lead", [_K.RESOURCE, _K.CONSTRUCTION, _K.TEST, _K.SIGN_OFF])],
        ),
        (
            WorkScope(HERE, (THERE,), new_group=True, new_lines=3),
            [
                (HERE, "lead", [_K.SURVEY, _K.SIGN_OFF]),
                (THERE, "assist", [_K.RESOURCE, _K.CONSTRUCTION, _K.TEST]),
            ],
        ),
        (
            WorkScope(HERE, (THERE, HERE), new_group=True, new_lines=3),
            [
                (
                    HERE,
                    "lead",
                    [_K.SURVEY, _K.RESOURCE, _K.CONSTRUCTION, _K.TEST, _K.END_TO_END_TEST, _K.SIGN_OFF],
                ),
                (THERE, "assist", [_K.RESOURCE, _K.CONSTRUCTION, _K.TEST]),
            ],
        ),
        (
            WorkScope(HERE, (), new_group=False, new_lines=1),
            [(HERE, "lead", [_K.SURVEY, _K.RESOURCE, _K.CONSTRUCTION, _K.TEST, _K.SIGN_OFF])],
        ),
    ],
)
def test_plans(scope: WorkScope, expected: list[tuple[str, str, list[StepKind]]]) -> None:
    assert [(b.branch, str(b.role), kinds(b)) for b in decompose(scope)] == expected


def test_the_end_to_end_test_waits_for_every_branch_and_the_customer_for_it() -> None:
    plan = decompose(WorkScope(HERE, (HERE, THERE), new_group=True, new_lines=1))
    steps = {step.kind: step for step in plan[0].steps}
    assert set(steps[_K.END_TO_END_TEST].after) == {f"{HERE}.test", f"{THERE}.test"}
    assert steps[_K.SIGN_OFF].after == (f"{HERE}.end_to_end_test",)


scopes = st.builds(
    WorkScope,
    lead=st.sampled_from([HERE, THERE]),
    branches=st.lists(st.sampled_from([HERE, THERE, ELSEWHERE]), max_size=4).map(tuple),
    new_group=st.booleans(),
    new_lines=st.integers(0, 5),
)


@given(scopes)
def test_every_plan_can_be_worked_to_its_end(scope: WorkScope) -> None:
    plan = decompose(scope)
    steps = [step for branch in plan for step in branch.steps]
    keys = [step.key for step in steps]
    assert len(keys) == len(set(keys))
    done: set[str] = set()
    while ready := [step for step in steps if step.key not in done and done.issuperset(step.after)]:
        done |= {step.key for step in ready}
    assert done == set(keys)
    waited_for = {key for step in steps for key in step.after}
    assert [step.kind for step in steps if step.key not in waited_for] == [_K.SIGN_OFF]
    assert [branch.role for branch in plan].count(BranchRole.LEAD) == 1
    assert plan[0].branch == scope.lead


@given(scopes, st.integers(3600, 10_000_000))
def test_no_way_through_the_plan_takes_longer_than_the_whole(scope: WorkScope, total_s: int) -> None:
    plan = decompose(scope)
    steps = {step.key: step for branch in plan for step in branch.steps}
    allowed = allowances(plan, total_s)
    assert set(allowed) == set(steps)

    def way(step: PlannedStep) -> int:
        return allowed[step.key] + max((way(steps[key]) for key in step.after), default=0)

    longest = max(way(step) for step in steps.values())
    assert total_s - len(steps) <= longest <= total_s
