from __future__ import annotations

from typing import Any

import pytest
from django.utils.translation import override

from dakehu.infra.audit.models import AuditEntry
from dakehu.kernel.errors import Conflict, NotAllowed
from dakehu.organisation.domain.errors import (
    CodeMalformed,
    EntryCodeTaken,
    PermissionUnknown,
    PostCodeTaken,
    RightsExceedYours,
    RoleCodeTaken,
    RoleFixed,
    RoleInUse,
)
from dakehu.organisation.models import DictionaryEntry, Post, Role
from dakehu.organisation.selectors import dictionaries
from dakehu.organisation.selectors.dictionaries import dictionary_choices, dictionary_label
from dakehu.organisation.services.dictionaries import (
    EntryDetails,
    entry_change,
    entry_create,
    post_change,
    post_create,
)
from dakehu.organisation.services.roles import Grant, role_create, role_delete, role_rename, roles_grant
from dakehu.organisation.testing import Scenario


@pytest.mark.req("KAM-11")
def test_the_matrix_sets_several_roles_at_once(world: Scenario) -> None:
    admin = world.administrator
    desk, auditor = Role.objects.get(code="one_stop_desk"), Role.objects.get(code="auditor")
    wanted = frozenset({"unit.view", "user.view"})
    changed = roles_grant(
        actor=admin,
        grants={
            desk.pk: Grant(desk.version, wanted),
            auditor.pk: Grant(auditor.version, frozenset(auditor.permissions)),
        },
    )
    assert [role.code for role in changed] == ["one_stop_desk"]
    assert set(Role.objects.get(pk=desk.pk).permissions) == wanted
    assert AuditEntry.objects.get(action="role.grant").changes["permissions"][1] == ["unit.view", "user.view"]
    with pytest.raises(Conflict):
        roles_grant(actor=admin, grants={desk.pk: Grant(desk.version, frozenset())})


def test_all_or_none(world: Scenario) -> None:
    admin = world.administrator
    desk, boss = Role.objects.get(code="one_stop_desk"), Role.objects.get(code="administrator")
    grants = {
        desk.pk: Grant(desk.version, frozenset({"unit.view"})),
        boss.pk: Grant(boss.version, frozenset({"unit.view"})),
    }
    with pytest.raises(RoleFixed):
        roles_grant(actor=admin, grants=grants)
    assert Role.objects.get(pk=desk.pk).version == desk.version


def test_rights_one_lacks_are_neither_given_nor_taken(world: Scenario) -> None:
    clerk = world.actor_with("role.change", "unit.view", unit=world.province)
    role = Role.objects.create(code="clerk", name="文员", permissions=["user.view"])
    with pytest.raises(RightsExceedYours):
        roles_grant(actor=clerk, grants={role.pk: Grant(1, frozenset({"user.view", "audit.view"}))})
    with pytest.raises(RightsExceedYours):
        roles_grant(actor=clerk, grants={role.pk: Grant(1, frozenset())})
    roles_grant(actor=clerk, grants={role.pk: Grant(1, frozenset({"user.view", "unit.view"}))})
    with pytest.raises(PermissionUnknown):
        roles_grant(actor=world.administrator, grants={role.pk: Grant(2, frozenset({"moon.view"}))})
    with pytest.raises(NotAllowed):
        roles_grant(actor=world.auditor, grants={})


def test_a_role_is_made_like_another_and_removed_when_unused(world: Scenario) -> None:
    admin = world.administrator
    auditor = Role.objects.get(code="auditor")
    role = role_create(actor=admin, code="city_auditor", name="地市审计员", like_id=auditor.pk)
    assert role.permissions == auditor.permissions
    with pytest.raises(RoleCodeTaken):
        role_create(actor=admin, code="city_auditor", name="另一个")
    with pytest.raises(CodeMalformed):
        role_create(actor=admin, code="市", name="另一个")
    role = role_rename(actor=admin, role_id=role.pk, version=1, name="市审计", name_en="City auditor")

    holder = world.user("city_auditor")
    with pytest.raises(RoleInUse) as raised:
        role_delete(actor=admin, role_id=role.pk, version=2)
    assert raised.value.data["users"] == 1
    holder.roles.clear()
    role_delete(actor=admin, role_id=role.pk, version=2)
    assert not Role.objects.filter(code="city_auditor").exists()
    assert AuditEntry.objects.get(action="role.delete").changes["code"] == ["city_auditor", None]


def test_dictionary_entries_are_added_changed_and_withdrawn(world: Scenario) -> None:
    steward = world.actor("data_steward")
    entry = entry_create(actor=steward, dictionary="trade", code="sport", details=EntryDetails("体育"))
    assert dictionary_choices("trade")[-1] == ("sport", "体育")
    with pytest.raises(EntryCodeTaken):
        entry_create(actor=steward, dictionary="trade", code="sport", details=EntryDetails("健身"))

    entry_change(
        actor=steward,
        entry_id=entry.pk,
        version=1,
        details=EntryDetails("体育健身", order=1, is_active=False),
    )
    assert "sport" not in dict(dictionary_choices("trade"))
    assert dictionary_label("trade", "sport") == "体育健身"
    with pytest.raises(Conflict):
        entry_change(actor=steward, entry_id=entry.pk, version=1, details=EntryDetails("x"))
    with pytest.raises(NotAllowed):
        entry_create(actor=world.manager, dictionary="trade", code="x", details=EntryDetails("某"))
    assert DictionaryEntry.objects.get(pk=entry.pk).order == 1


def test_labels_are_read_once_in_a_request_and_follow_language_and_change(
    world: Scenario, django_assert_num_queries: Any
) -> None:
    steward = world.actor("data_steward")
    entry = entry_create(
        actor=steward, dictionary="trade", code="sport", details=EntryDetails("体育", "Sport")
    )
    dictionaries._begin()
    try:
        with django_assert_num_queries(1):
            for language, label in (("zh-hans", "体育"), ("en", "Sport"), ("zh-hans", "体育")):
                with override(language):
                    assert dictionary_label("trade", "sport") == label
        entry_change(actor=steward, entry_id=entry.pk, version=1, details=EntryDetails("体育健身", "Fitness"))
        assert dictionary_label("trade", "sport") == "体育健身"
        assert dictionary_label("trade", "nothing") == "nothing"
    finally:
        dictionaries._end()


def test_posts_are_added_and_changed(world: Scenario) -> None:
    admin = world.administrator
    post = post_create(actor=admin, code="trainer", name="内训师")
    with pytest.raises(PostCodeTaken):
        post_create(actor=admin, code="trainer", name="讲师")
    post_change(actor=admin, post_id=post.pk, version=1, name="讲师", is_active=False)
    assert not Post.objects.get(code="trainer").is_active
    with pytest.raises(Conflict):
        post_change(actor=admin, post_id=post.pk, version=1, name="讲师")
