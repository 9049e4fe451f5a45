"""From an event to the page, a mail over real SMTP and a robot over real HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from dakehu.customers.api import customers_assign_owner
from dakehu.customers.models import Customer
from dakehu.customers.tests.fixtures import a_customer
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import deliver_due
from dakehu.infra.outbox.models import Delivery
from dakehu.kernel.errors import NotFound
from dakehu.notices.domain.errors import AddressRefused, KindUnknown, RobotNameTaken
from dakehu.notices.domain.timing import KEPT_TRYING
from dakehu.notices.kinds import Draft, kind_of
from dakehu.notices.models import Dispatch, Notice, Preference, Robot
from dakehu.notices.selectors.notices import hide_unseen, words_of
from dakehu.notices.services.reading import Wish, notice_open, notices_mark, preference_set
from dakehu.notices.services.robots import (
    RobotDetails,
    dispatch_send_again,
    mail_try,
    robot_create,
    robot_try,
)
from dakehu.notices.services.sending import forget_old, send_due
from dakehu.notices.services.telling import tell
from dakehu.notices.tests.servers import Group, Post
from dakehu.organisation.models import User
from dakehu.organisation.testing import Scenario

CHURN = "customer.churn"


def a_reader(world: Scenario, **fields: Any) -> User:
    """The manager with a mail address, never quiet."""
    user = world.manager_user
    User.objects.filter(pk=user.pk).update(email="wang@kam.example", mobile="13800000001")
    Preference.objects.create(user=user, **{"quiet_from": 0, "quiet_to": 0, **fields})
    return user


def warn(customer: Customer, *people: User, mark: str = "1", kind: str = CHURN) -> None:
    draft = Draft(
        [user.pk for user in people],
        {"customer": customer.name},
        "customer",
        str(customer.pk),
        f"/customers/{customer.pk}/",
        customer.org_path,
    )
    tell(kind_of(kind), draft, mark)


def a_robot(world: Scenario, address: str, **fields: Any) -> Robot:
    values = {"name": "迎泽一组群", "unit_id": world.team.pk, "style": "wecom", "kinds": [CHURN], **fields}
    return robot_create(actor=world.administrator, details=RobotDetails(address=address, **values))


def due_now() -> None:
    Dispatch.objects.filter(state="due").update(due_at=now())


@pytest.mark.req("KAM-11")
def test_an_account_given_is_told_to_its_new_owner_once(world: Scenario) -> None:
    customer = a_customer(world.team)
    customers_assign_owner(actor=SYSTEM, customer_ids=[customer.pk], owner_id=world.manager_user.pk)
    while deliver_due():
        pass
    Delivery.objects.filter(consumer="notices").update(state="due")  # it comes again after a crash
    while deliver_due():
        pass
    row = Notice.objects.get(kind="customer.given")
    assert row.user_id == world.manager_user.pk
    assert customer.name in words_of(row)


@pytest.mark.req("KAM-11")
def test_nobody_is_told_of_what_they_may_not_see(world: Scenario, group: Group, post: Post) -> None:
    customer = a_customer(world.team)
    stranger = world.neighbour_user
    User.objects.filter(pk=stranger.pk).update(email="li@kam.example")
    robot = a_robot(world, group.url, unit_id=world.datong.pk)
    Preference.objects.create(user=stranger, quiet_from=0, quiet_to=0, chosen={CHURN: ["mail", "robot"]})
    warn(customer, stranger, a_reader(world))
    assert [row.user_id for row in Notice.objects.all()] == [world.manager_user.pk]
    assert not Dispatch.objects.filter(user=stranger).exists()
    assert not Dispatch.objects.filter(robot=robot).exists()


@pytest.mark.req("KAM-11")
def test_who_loses_sight_before_it_is_sent_is_sent_nothing_and_shown_no_name(
    world: Scenario, post: Post
) -> None:
    customer = a_customer(world.team)
    reader = a_reader(world)
    warn(customer, reader)
    User.objects.filter(pk=reader.pk).update(
        org_unit=world.datong_team, org_path=world.datong_team.path, org_city=world.datong.path
    )
    assert send_due()
    assert Dispatch.objects.get().state == Dispatch.State.DROPPED
    assert not post.mails
    del world.manager_user
    moved = User.objects.get(pk=reader.pk)
    rows = list(Notice.objects.filter(user=moved))
    from dakehu.organisation.api import actor_for

    hide_unseen(actor_for(moved), rows)
    assert customer.name not in words_of(rows[0])
    assert not rows[0].url


@pytest.mark.req("KAM-11")
def test_a_mail_comes_in_the_readers_language_with_the_pages_address(world: Scenario, post: Post) -> None:
    customer = a_customer(world.team)
    warn(customer, a_reader(world))
    assert send_due()
    assert not send_due()
    assert post.to == [["wang@kam.example"]]
    assert "流失预警" in post.subject()
    assert customer.name in post.text()
    assert f"https://kam.example/customers/{customer.pk}/" in post.text()
    assert post.mails[0]["Auto-Submitted"] == "auto-generated"
    assert Dispatch.objects.get().state == Dispatch.State.DONE


def test_in_english_for_who_reads_english(world: Scenario, post: Post) -> None:
    warn(a_customer(world.team), a_reader(world, language="en"))
    assert send_due()
    assert "Warning of churn" in post.subject()


@pytest.mark.req("KAM-11")
def test_what_the_mail_server_puts_off_is_tried_again_later(world: Scenario, post: Post) -> None:
    warn(a_customer(world.team), a_reader(world))
    post.answers = ["450 try later"]
    assert send_due()
    row = Dispatch.objects.get()
    assert (row.state, row.attempts) == (Dispatch.State.DUE, 1)
    assert timedelta(seconds=20) < row.due_at - now() < timedelta(seconds=40)
    assert not send_due()
    due_now()
    assert send_due()
    assert len(post.mails) == 1
    assert Dispatch.objects.get().state == Dispatch.State.DONE


def test_an_address_that_is_refused_for_good_fails_at_once(world: Scenario, post: Post) -> None:
    warn(a_customer(world.team), a_reader(world))
    post.answers = ["550 no such person"]
    assert send_due()
    row = Dispatch.objects.get()
    assert row.state == Dispatch.State.PARKED
    dispatch_send_again(actor=world.administrator, dispatch_id=row.pk)
    assert send_due()
    assert len(post.mails) == 1


def test_a_mail_server_that_is_gone_holds_nothing_up(world: Scenario, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    warn(a_customer(world.team), a_reader(world))
    assert send_due()
    row = Dispatch.objects.get()
    assert row.state == Dispatch.State.DUE
    assert "refused" in row.error.lower()
    Dispatch.objects.update(made_at=now() - KEPT_TRYING - timedelta(hours=1), due_at=now())
    assert send_due()
    assert Dispatch.objects.get().state == Dispatch.State.PARKED


@pytest.mark.req("KAM-11")
def test_a_digest_is_one_mail_a_day(world: Scenario, post: Post) -> None:
    reader = a_reader(world, digest_hour=9)
    first, second = a_customer(world.team), a_customer(world.team)
    warn(first, reader, mark="1")
    warn(second, reader, mark="2")
    assert not send_due()
    due_now()
    assert send_due()
    assert len(post.mails) == 1
    assert first.name in post.text()
    assert second.name in post.text()
    assert not Dispatch.objects.exclude(state="done").exists()


@pytest.mark.req("KAM-11")
def test_the_units_robot_tells_its_group(world: Scenario, group: Group, settings: Settings) -> None:
    settings.PAGES_URL = "https://kam.example"
    customer = a_customer(world.team)
    a_robot(world, group.url)
    a_reader(world, chosen={CHURN: []})
    warn(customer, world.manager_user)
    warn(customer, world.manager_user)
    due_now()
    assert send_due()
    assert not send_due()
    [(path, body)] = group.posts
    assert path == "/cgi-bin/webhook/send?key=4f1c9e70"
    assert customer.name in body["markdown"]["content"]


def test_a_person_is_called_by_the_robot_of_the_unit(world: Scenario, group: Group) -> None:
    a_robot(world, group.url, kinds=[], unit_id=world.county.pk)
    warn(a_customer(world.team), a_reader(world, chosen={CHURN: ["robot"]}))
    due_now()
    assert send_due()
    assert group.posts[0][1]["text"]["mentioned_mobile_list"] == ["13800000001"]


@pytest.mark.req("KAM-11")
def test_a_dingtalk_robot_is_called_with_its_signature_and_retried(world: Scenario, group: Group) -> None:
    robot = a_robot(world, group.url, style="dingtalk", secret="SECret7")
    robot_try(actor=world.administrator, robot_id=robot.pk)
    group.answers = [(500, {}), (200, {"errcode": 310000, "errmsg": "sign not match"})]
    for _attempt in range(3):
        assert send_due()
        due_now()
    row = Dispatch.objects.get()
    assert (row.state, row.attempts) == (Dispatch.State.DONE, 3)
    assert all("&timestamp=" in path and "&sign=" in path for path, _body in group.posts)
    assert "SECret7" not in str(group.posts)


@pytest.mark.req("KAM-11")
def test_secrets_are_sealed_and_in_no_trail(
    world: Scenario, group: Group, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    robot = a_robot(world, group.url, style="dingtalk", secret="SECret7")
    kept = Robot.objects.values().get(pk=robot.pk)
    assert "4f1c9e70" not in str(kept)
    assert "SECret7" not in str(kept)
    group.answers = [(500, {})]
    robot_try(actor=world.administrator, robot_id=robot.pk)
    send_due()
    trail = str(list(AuditEntry.objects.values_list("changes", "label")))
    told = caplog.text + "".join(capfd.readouterr()) + str(Dispatch.objects.values().get())
    for secret in ("4f1c9e70", "SECret7"):
        assert secret not in trail
        assert secret not in told


@pytest.mark.parametrize(
    "address",
    ["", "ftp://chat.example/x", "http://127.0.0.1/x", "http://[::1]:8000/x", "http://169.254.1.1/", "chat"],
)
def test_an_address_of_this_server_is_refused(world: Scenario, address: str) -> None:
    with pytest.raises(AddressRefused):
        a_robot(world, address)


def test_a_robot_is_one_of_the_actors_units_and_kinds(world: Scenario, group: Group) -> None:
    a_robot(world, group.url)
    with pytest.raises(RobotNameTaken):
        a_robot(world, group.url)
    with pytest.raises(KindUnknown):
        a_robot(world, group.url, name="另一个", kinds=["nothing.such"])
    leader = world.actor_with("robot.change", unit=world.datong)
    details = RobotDetails("群", world.team.pk, "wecom", [], address=group.url)
    with pytest.raises(NotFound):
        robot_create(actor=leader, details=details)


def test_preferences_are_kept_by_version(world: Scenario) -> None:
    wish = Wish(mail=[CHURN], robot=[], language="en", quiet_from=23, quiet_to=6, digest_hour=8)
    row = preference_set(actor=world.manager, version=0, wish=wish)
    assert (row.version, row.chosen[CHURN], row.chosen["order.urged"]) == (1, ["mail"], [])


def test_a_trial_mail_goes_to_oneself(world: Scenario, post: Post) -> None:
    a_reader(world)
    mail_try(actor=world.manager)
    assert send_due()
    assert "王晓明" in post.text()


def test_only_ones_own_notices_are_marked(world: Scenario) -> None:
    warn(a_customer(world.team), world.manager_user)
    row = Notice.objects.get()
    assert notices_mark(actor=world.neighbour, read=True) == 0
    with pytest.raises(NotFound):
        notice_open(actor=world.neighbour, notice_id=row.pk)
    assert notice_open(actor=world.manager, notice_id=row.pk).read_at is not None
    assert notices_mark(actor=world.manager, read=False) == 1


def test_what_is_old_goes(world: Scenario) -> None:
    warn(a_customer(world.team), world.manager_user)
    forget_old()
    assert Notice.objects.exists()
    Notice.objects.update(at=now() - timedelta(days=200))
    forget_old()
    assert not Notice.objects.exists()
