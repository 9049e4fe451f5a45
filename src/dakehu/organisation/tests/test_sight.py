"""Seeing pages as somebody else (read-only), and rights that end in the middle of a page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.clock import now
from dakehu.infra.ui.models import SavedView
from dakehu.kernel.errors import NotAllowed, NotFound
from dakehu.organisation.domain.errors import AccountClosed, NotYourself, RightsExceedYours
from dakehu.organisation.models import OrgUnit, Role, User
from dakehu.organisation.services.sights import sight_begin
from dakehu.organisation.services.users import user_deactivate
from dakehu.organisation.testing import PASSWORD, Scenario


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _begin(client: Client, user: User) -> None:
    response = client.post(reverse("organisation-user-see-as", args=[user.pk]))
    assert (response.status_code, response["Location"]) == (302, "/")


@pytest.mark.req("KAM-11")
def test_an_administrator_sees_what_the_user_sees_and_changes_nothing(world: Scenario) -> None:
    client, seen = _signed_in(world.administrator_user), world.manager_user
    _begin(client, seen)
    page = client.get("/customers/")
    assert page.status_code == 200
    assert "您看到的是王晓明所见的内容" in page.content.decode()
    assert client.get("/system/users/").status_code == 403  # as it is for the manager
    refused = client.post(
        reverse("organisation-unit-create", args=[world.county.pk]), {"name": "三组"}, follow=False
    )
    assert refused.status_code == 403
    assert "不能做任何修改" in refused.content.decode()
    assert not OrgUnit.objects.filter(name="三组").exists()
    assert client.get("/customers/?q=abc").status_code == 200
    assert not SavedView.objects.filter(owner_id=seen.pk).exists()  # nothing is remembered for them

    back = client.post(reverse("organisation-sight-end"))
    assert back.status_code == 302
    assert client.get("/system/users/").status_code == 200
    entries = AuditEntry.objects.filter(action__startswith="user.see_as").order_by("pk")
    assert [(e.action, e.actor_name, e.object_id) for e in entries] == [
        ("user.see_as", "陈静", str(seen.pk)),
        ("user.see_as_end", "陈静", str(seen.pk)),
    ]


def test_the_database_itself_refuses_what_a_page_would_write(
    world: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = _signed_in(world.administrator_user)
    _begin(client, world.manager_user)

    def writes(_actor: object) -> None:
        with transaction.atomic():
            Role.objects.create(code="slipped", name="混入")

    monkeypatch.setattr("dakehu.organisation.web.units.unit_tree", writes)
    assert client.get(reverse("organisation-unit-list")).status_code == 403
    assert not Role.objects.filter(code="slipped").exists()


def test_it_ends_with_its_time_and_with_the_right(world: Scenario) -> None:
    admin = world.user("administrator", unit=world.province)
    _ = world.administrator_user
    client = _signed_in(admin)
    _begin(client, world.manager_user)
    session = client.session
    session["sight"] = {**session["sight"], "until": (now() - timedelta(seconds=1)).isoformat()}
    session.save()
    page = client.get("/system/users/", follow=True)
    assert page.status_code == 200
    assert "您已恢复为本人" in page.content.decode()

    _begin(client, world.manager_user)
    admin.roles.set(Role.objects.filter(code="auditor"))
    assert client.get("/system/users/").status_code == 200  # an auditor's page again
    assert AuditEntry.objects.filter(action="user.see_as_end").count() == 2


def test_whom_one_may_not_see_as(world: Scenario) -> None:
    city = world.actor_with("user.see_as", "customer.view", unit=world.taiyuan)
    with pytest.raises(NotFound):
        sight_begin(actor=city, user_id=world.neighbour_user.pk)
    with pytest.raises(RightsExceedYours):
        sight_begin(actor=city, user_id=world.manager_user.pk)
    wide = world.user(scope_unit=world.province)
    with pytest.raises(NotFound):
        sight_begin(actor=city, user_id=wide.pk)
    with pytest.raises(NotAllowed):
        sight_begin(actor=world.manager, user_id=wide.pk)
    with pytest.raises(NotYourself):
        sight_begin(actor=world.administrator, user_id=world.administrator_user.pk)
    closed = world.user("account_manager", is_active=False)
    with pytest.raises(AccountClosed):
        sight_begin(actor=world.administrator, user_id=closed.pk)


@pytest.mark.req("KAM-11")
def test_a_role_taken_away_in_the_middle_of_a_form_refuses_in_words(world: Scenario) -> None:
    steward = world.user("data_steward")
    client = _signed_in(steward)
    url = reverse("organisation-dictionary-create", args=["trade"])
    assert client.get(url).status_code == 200
    steward.roles.clear()
    refused = client.post(url, {"code": "x9", "label": "某"})
    assert refused.status_code == 403
    assert "维护数据字典" in refused.content.decode()
    assert "管理员" in refused.content.decode()
    dialog = client.post(url, {"code": "x9", "label": "某"}, headers={"HX-Request": "true"})
    assert dialog.status_code == 403
    assert dialog["HX-Reswap"] == "none"  # what was typed stays where it is
    assert "ui:toast" in dialog["HX-Trigger"]


@pytest.mark.req("KAM-11")
def test_an_account_closed_in_the_middle_of_a_form_leads_to_sign_in_and_says_so(world: Scenario) -> None:
    steward = world.user("data_steward", username="going")
    client = Client()
    client.post(reverse("account_login"), {"login": "going", "password": PASSWORD})
    url = reverse("organisation-dictionary-create", args=["trade"])
    assert client.get(url).status_code == 200
    user_deactivate(actor=world.administrator, user_id=steward.pk, version=steward.version)
    assert client.post(url, {"code": "x9", "label": "某"}).status_code == 302
    part = client.post(url, {"code": "x9", "label": "某"}, headers={"HX-Request": "true"})
    assert part.status_code == 401
    again = client.post(reverse("account_login"), {"login": "going", "password": PASSWORD}, follow=True)
    assert "停用" in again.content.decode()
