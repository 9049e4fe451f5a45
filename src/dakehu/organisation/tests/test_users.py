from __future__ import annotations

import pytest
from django.test import Client

from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.outbox.models import OutboxEvent
from dakehu.kernel.errors import Conflict, NotAllowed, NotFound
from dakehu.organisation.domain.errors import (
    LastAdministrator,
    NotYourself,
    RightsExceedYours,
    UsernameMalformed,
    UsernameTaken,
)
from dakehu.organisation.models import Post, Role, User
from dakehu.organisation.selectors.actors import actor_for
from dakehu.organisation.services.users import (
    UserDetails,
    user_change,
    user_create,
    user_deactivate,
    user_reactivate,
    user_reset_password,
)
from dakehu.organisation.testing import Scenario


def _roles(*codes: str) -> frozenset[int]:
    return frozenset(Role.objects.filter(code__in=codes).values_list("pk", flat=True))


def _details(user: User, **changes: object) -> UserDetails:
    fields = {
        "name": user.name,
        "org_unit_id": user.org_unit_id,
        "scope_unit_id": user.scope_unit_id,
        "post_id": user.post_id,
        "role_ids": frozenset(user.roles.values_list("pk", flat=True)),
    }
    return UserDetails(**{**fields, **changes})  # type: ignore[arg-type]  # a test's shorthand


@pytest.mark.req("KAM-11")
def test_a_new_user_gets_a_one_time_password_to_change(world: Scenario) -> None:
    team, manager = world.team, _roles("account_manager")
    details = UserDetails(
        "曾国强", team.pk, role_ids=manager, post_id=Post.objects.get(code="account_manager").pk
    )
    user, password = user_create(actor=world.administrator, username="ZengGQ", details=details)

    assert user.username == "zenggq"
    assert (user.pinyin, user.initials) == ("zengguoqiang", "zgq")
    assert user.check_password(password)
    assert user.must_change_password
    assert (user.org_path, user.org_city) == (team.path, "00010001")
    entry = AuditEntry.objects.get(action="user.create")
    assert entry.changes["roles"] == [None, ["account_manager"]]
    assert password not in str(entry.changes)
    assert OutboxEvent.objects.get(topic="user.created").payload == {"path": team.path}


@pytest.mark.parametrize("username", ["", "1abc", "a", "王", "a b c!", "x" * 41])
def test_a_malformed_sign_in_name_is_refused(world: Scenario, username: str) -> None:
    with pytest.raises(UsernameMalformed):
        user_create(actor=world.administrator, username=username, details=UserDetails("张三", world.team.pk))


def test_a_sign_in_name_is_taken_once(world: Scenario) -> None:
    _ = world.manager_user
    with pytest.raises(UsernameTaken):
        user_create(actor=world.administrator, username="Manager", details=UserDetails("张三", world.team.pk))
    assert User.objects.filter(name="张三").count() == 0


def test_a_change_counts_from_the_next_request(world: Scenario) -> None:
    user = world.manager_user
    before = actor_for(user)
    user_change(
        actor=world.administrator,
        user_id=user.pk,
        version=1,
        details=_details(user, org_unit_id=world.datong_team.pk, role_ids=_roles("statistician")),
    )
    after = actor_for(User.objects.get(pk=user.pk))
    assert before.may("order.submit") or before.may("unit.view")
    assert after.scope.path == world.datong_team.path
    assert after.permissions == set(Role.objects.get(code="statistician").permissions)
    changes = AuditEntry.objects.get(action="user.change").changes
    assert changes["roles"] == [["account_manager"], ["statistician"]]
    with pytest.raises(Conflict):
        user_change(actor=world.administrator, user_id=user.pk, version=1, details=_details(user))


def test_the_view_may_be_another_unit_than_the_work(world: Scenario) -> None:
    user = world.manager_user
    details = _details(user, scope_unit_id=world.taiyuan.pk)
    user_change(actor=world.administrator, user_id=user.pk, version=1, details=details)
    actor = actor_for(User.objects.get(pk=user.pk))
    assert (actor.org_path, actor.scope.path) == (world.team.path, world.taiyuan.path)


def test_nobody_hands_out_more_than_they_have(world: Scenario) -> None:
    clerk = world.actor_with("user.change", unit=world.taiyuan)
    powers = ("user.change", "user.view", *_permissions("account_manager"))
    able = world.actor_with(*powers, unit=world.taiyuan)
    team = world.team.pk

    with pytest.raises(RightsExceedYours):
        user_create(
            actor=clerk, username="zhangsan", details=UserDetails("张三", team, role_ids=_roles("auditor"))
        )
    with pytest.raises(RightsExceedYours):
        user_create(
            actor=able,
            username="zhangsan",
            details=UserDetails("张三", team, role_ids=_roles("administrator")),
        )
    with pytest.raises(NotFound):  # nor a wider view than their own
        user_create(
            actor=able,
            username="zhangsan",
            details=UserDetails("张三", team, scope_unit_id=world.province.pk),
        )
    user, _password = user_create(
        actor=able, username="zhangsan", details=UserDetails("张三", team, role_ids=_roles("account_manager"))
    )
    assert user.roles.get().code == "account_manager"


def _permissions(role: str) -> list[str]:
    return list(Role.objects.get(code=role).permissions)


def test_nobody_lays_hands_on_someone_with_more_rights(world: Scenario) -> None:
    boss = world.user("administrator", unit=world.team)
    clerk = world.actor_with("user.change", unit=world.taiyuan)
    with pytest.raises(RightsExceedYours):
        user_reset_password(actor=clerk, user_id=boss.pk)
    with pytest.raises(RightsExceedYours):
        user_deactivate(actor=clerk, user_id=boss.pk, version=1)


def test_users_of_other_cities_dont_exist(world: Scenario) -> None:
    clerk = world.actor_with("user.change", unit=world.datong)
    with pytest.raises(NotFound):
        user_reset_password(actor=clerk, user_id=world.manager_user.pk)
    with pytest.raises(NotFound):
        user_create(actor=clerk, username="lisi", details=UserDetails("李四", world.team.pk))
    with pytest.raises(NotAllowed):
        user_reset_password(actor=world.auditor, user_id=world.manager_user.pk)


def test_the_last_administrator_stays(world: Scenario) -> None:
    administrator = world.administrator_user
    other = world.user("administrator", unit=world.province)
    user_deactivate(actor=actor_for(other), user_id=administrator.pk, version=1)
    with pytest.raises(LastAdministrator):
        user_change(
            actor=actor_for(other), user_id=other.pk, version=1, details=_details(other, role_ids=frozenset())
        )
    with pytest.raises(NotYourself):
        user_deactivate(actor=actor_for(other), user_id=other.pk, version=1)
    assert other.roles.get().everything


def test_a_closed_account_is_out_at_the_next_request(world: Scenario, client: Client) -> None:
    user = world.manager_user
    client.force_login(user)
    assert client.get("/accounts/sessions/").status_code == 200

    user_deactivate(actor=world.administrator, user_id=user.pk, version=1)

    assert client.get("/accounts/sessions/").status_code == 302
    assert OutboxEvent.objects.filter(topic="user.deactivated", key=user.pk).exists()
    assert not actor_for(User.objects.get(pk=user.pk)).permissions

    user_reactivate(actor=world.administrator, user_id=user.pk, version=2)
    assert actor_for(User.objects.get(pk=user.pk)).permissions


def test_a_reset_password_ends_sessions_and_must_be_changed(world: Scenario, client: Client) -> None:
    user = world.manager_user
    client.force_login(user)
    changed, password = user_reset_password(actor=world.administrator, user_id=user.pk)
    assert changed.check_password(password)
    assert changed.must_change_password
    assert client.get("/accounts/sessions/").status_code == 302
    entry = AuditEntry.objects.get(action="user.reset_password")
    assert entry.changes == {"password": ["•••", "•••"]}
