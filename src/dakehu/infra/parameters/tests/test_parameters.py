from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.clock import now
from dakehu.infra.parameters import reading
from dakehu.infra.parameters.api import (
    Parameter,
    all_parameters,
    held,
    history,
    parameter_set,
    parameter_withdraw,
    register_parameters,
    value_of,
)
from dakehu.infra.parameters.errors import ParameterFromPast, ParameterInForce, ParameterOutOfBounds
from dakehu.kernel.clock import day_of, day_start
from dakehu.kernel.errors import NotAllowed, NotFound
from dakehu.numbering.parameters import RESERVED
from dakehu.organisation.testing import Scenario

NAME = RESERVED.name


@pytest.mark.req("KAM-11")
def test_a_value_holds_from_its_day_on_and_history_stands(world: Scenario) -> None:
    admin, today = world.administrator, day_of(now())
    assert (value_of(RESERVED), held(RESERVED).is_default) == (30, True)
    parameter_set(actor=admin, name=NAME, value=40, reason="国庆")
    parameter_set(actor=admin, name=NAME, value=50, since=today + timedelta(days=10))
    present = held(RESERVED)
    assert (present.value, present.next and present.next.value) == (40, 50)
    later = day_start(today + timedelta(days=10))
    assert [value_of(RESERVED, at=at) for at in (later - timedelta(seconds=1), later)] == [40, 50]
    assert value_of(RESERVED, at=now() - timedelta(days=1)) == 30
    assert [row.value for row in history(admin, RESERVED)] == [50, 40]
    entry = AuditEntry.objects.filter(action="parameter.set").order_by("pk")[0]
    assert entry.changes["value"] == [30, 40]
    assert entry.changes["reason"] == [None, "国庆"]


def test_of_two_values_with_one_day_the_later_written_holds(world: Scenario) -> None:
    day = day_of(now()) + timedelta(days=2)
    for value in (60, 70):
        parameter_set(actor=world.administrator, name=NAME, value=value, since=day)
    assert value_of(RESERVED, at=day_start(day)) == 70


def test_what_has_not_come_can_be_taken_back(world: Scenario) -> None:
    admin, day = world.administrator, day_of(now()) + timedelta(days=2)
    coming = parameter_set(actor=admin, name=NAME, value=60, since=day)
    parameter_withdraw(actor=admin, value_id=coming.pk)
    assert value_of(RESERVED, at=day_start(day)) == 30
    with pytest.raises(NotFound):
        parameter_withdraw(actor=admin, value_id=coming.pk)
    holds = parameter_set(actor=admin, name=NAME, value=61)
    with pytest.raises(ParameterInForce):
        parameter_withdraw(actor=admin, value_id=holds.pk)


def test_what_is_refused(world: Scenario) -> None:
    admin = world.administrator
    for value in (0, 367):
        with pytest.raises(ParameterOutOfBounds):
            parameter_set(actor=admin, name=NAME, value=value)
    with pytest.raises(ParameterFromPast):
        parameter_set(actor=admin, name=NAME, value=40, since=day_of(now()) - timedelta(days=1))
    with pytest.raises(NotFound):
        parameter_set(actor=admin, name="numbering.unheard", value=1)
    with pytest.raises(NotAllowed):
        parameter_set(actor=world.auditor, name=NAME, value=40)
    with pytest.raises(ParameterOutOfBounds):
        register_parameters(Parameter("x.y", "x", "y", 11, "", 0, 10))
    assert value_of(RESERVED) == 30


def test_a_request_reads_all_values_once(world: Scenario) -> None:
    parameter_set(actor=world.administrator, name=NAME, value=40)
    reading._begin()
    try:
        with CaptureQueriesContext(connection) as queries:
            assert {value_of(each) for each in all_parameters()} >= {40}
        assert len(queries) == 1
        parameter_set(actor=world.administrator, name=NAME, value=41)
        assert value_of(RESERVED) == 41
    finally:
        reading._end()
