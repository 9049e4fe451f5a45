"""What a group sets for all its members: the night number and its own feature codes, from page to row."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from dakehu.centrex.domain import errors
from dakehu.centrex.selectors.publication import group_snapshots
from dakehu.centrex.services.groups import group_night_set
from dakehu.centrex.testing import GroupScenario
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.ui.testing import assert_page_queries
from dakehu.kernel.errors import Conflict, NotAllowed, NotFound
from dakehu.numbering.testing import a_customer, a_line
from dakehu.organisation.testing import Scenario

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(world: Scenario) -> GroupScenario:
    return GroupScenario(world)


@pytest.fixture
def desk(client: Client, world: Scenario) -> Client:
    client.force_login(world.user("provisioning_engineer"))
    return client


@pytest.mark.req("CTX-08")
def test_the_night_number_is_set_by_form_and_published(desk: Client, scene: GroupScenario) -> None:
    line = a_line(scene.customer, scene.numbers[5])
    url = reverse("centrex-group-night", args=[scene.group.pk])
    assert "夜间服务号码" in desk.get(url).content.decode()
    saved = desk.post(url, {"version": 1, "night_number": "８８８０００５"})  # full width, without area code
    assert saved.status_code == 302
    assert [group.night for group in group_snapshots()] == [line.public_number_id]
    record = desk.get(reverse("centrex-group-record", args=[scene.group.pk]), {"tab": "facts"})
    assert line.public_number_id in record.content.decode()
    entry = AuditEntry.objects.get(action="group.set_night")
    assert entry.changes["night_number"] == ["", line.public_number_id]
    assert desk.post(url, {"version": 2, "night_number": ""}).status_code == 302
    assert [group.night for group in group_snapshots()] == [""]


@pytest.mark.req("CTX-08")
@pytest.mark.parametrize("number", ["8880007", "abc", "03518889999", "1"])
def test_a_night_number_that_is_no_line_of_the_customer_is_refused(
    desk: Client, scene: GroupScenario, world: Scenario, number: str
) -> None:
    a_line(a_customer(world, name="别家"), scene.numbers[7])
    url = reverse("centrex-group-night", args=[scene.group.pk])
    wrong = desk.post(url, {"version": 1, "night_number": number})
    assert wrong.status_code == 422
    assert set(wrong.context["form"].errors) == {"night_number"}
    assert [group.night for group in group_snapshots()] == [""]


@pytest.mark.req("CTX-08")
def test_who_may_set_the_night_number(scene: GroupScenario, world: Scenario) -> None:
    group = scene.group
    with pytest.raises(NotAllowed):
        group_night_set(actor=world.manager, group_id=group.pk, version=1, number="")
    stranger = world.actor("provisioning_engineer", unit=world.datong)
    with pytest.raises(NotFound):
        group_night_set(actor=stranger, group_id=group.pk, version=1, number="")
    with pytest.raises(Conflict):
        group_night_set(actor=SYSTEM, group_id=group.pk, version=9, number="")
    with pytest.raises(errors.NightNumberForeign):
        group_night_set(actor=SYSTEM, group_id=group.pk, version=1, number="03518889999")


@pytest.mark.req("CTX-07")
def test_feature_codes_are_changed_by_form_with_the_clash_at_its_field(
    desk: Client, scene: GroupScenario
) -> None:
    url = reverse("centrex-group-codes", args=[scene.group.pk])
    wrong = desk.post(url, {"version": 1, "absent": "57", "hotline": "7", "park": "x1"})
    assert wrong.status_code == 422
    assert set(wrong.context["form"].errors) == {"absent", "hotline", "park"}
    assert "无条件" in str(wrong.context["form"].errors["absent"])
    assert [group.codes for group in group_snapshots()] == [()]
    moved = {
        "version": 1,
        "absent": "57",
        "forward_always": "72",
        "hotline": "52",
    }  # the last is the national
    assert desk.post(url, moved).status_code == 302
    assert [dict(group.codes) for group in group_snapshots()] == [{"absent": "57", "forward_always": "72"}]
    record = desk.get(reverse("centrex-group-record", args=[scene.group.pk]), {"tab": "codes"})
    assert "<b>*72</b>" in record.content.decode()
    assert desk.post(url, {**moved, "absent": "50"}).status_code == 409


def test_the_forms_ask_a_bounded_number_of_queries(desk: Client, scene: GroupScenario) -> None:
    for name in ("centrex-group-night", "centrex-group-codes"):
        assert_page_queries(desk, reverse(name, args=[scene.group.pk]), 5)
