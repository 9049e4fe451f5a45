"""Roles given and accounts closed for many people at once."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from dakehu.organisation.domain.errors import LastAdministrator, RightsExceedYours
from dakehu.organisation.models import Role, User
from dakehu.organisation.services.users import user_give_role, user_take_role
from dakehu.organisation.testing import Scenario


def _bulk(client: Client, name: str, people: list[User], **values: object) -> str:
    url = f"{reverse('organisation-user-list')}?_bulk={name}"
    data = {"_step": "run", "pk": [person.pk for person in people], **values}
    response = client.post(url, data, headers={"HX-Request": "true"})
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.req("KAM-11")
def test_a_role_for_many_and_many_closed_with_an_outcome_each(world: Scenario) -> None:
    client = Client()
    client.force_login(world.administrator_user)
    people = [world.user("account_manager") for _number in range(3)]
    leader = Role.objects.get(code="team_leader")
    _bulk(client, "give-role", people, role=leader.pk)
    assert all(person.roles.filter(pk=leader.pk).exists() for person in people)
    _bulk(client, "take-role", people[:2], role=leader.pk)
    assert [person.roles.count() for person in people] == [1, 1, 2]
    for person in people:
        person.refresh_from_db()
    said = _bulk(client, "close", [*people, world.administrator_user])
    assert world.administrator_user.name in said  # one's own account stays, and it says so
    assert not User.objects.filter(pk__in=[each.pk for each in people], is_active=True).exists()
    assert User.objects.get(pk=world.administrator_user.pk).is_active


def test_what_is_refused(world: Scenario) -> None:
    administrator = Role.objects.filter(everything=True)
    with pytest.raises(LastAdministrator):
        user_take_role(
            actor=world.administrator,
            user_id=world.administrator_user.pk,
            role_id=administrator.get().pk,
        )
    weak = world.actor_with("user.change", "user.view", unit=world.taiyuan)
    person = world.user()
    with pytest.raises(RightsExceedYours):
        user_give_role(actor=weak, user_id=person.pk, role_id=administrator.get().pk)
    same = user_give_role(
        actor=world.administrator,
        user_id=world.administrator_user.pk,
        role_id=administrator.get().pk,
    )
    assert same.version == world.administrator_user.version
