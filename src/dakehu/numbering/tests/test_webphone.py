"""Lines in people's browsers: who gets an account, and what is in it."""

from __future__ import annotations

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from dakehu.infra.access.api import SYSTEM
from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.ui.testing import assert_page_queries
from dakehu.kernel.errors import NotAllowed, NotFound
from dakehu.numbering.domain.errors import WebphoneNotForUser, WebphoneWithoutAccount
from dakehu.numbering.domain.webphone import LIFETIME_S, web_account, web_owner, web_password
from dakehu.numbering.models import Line, SipAccount
from dakehu.numbering.services.telephones import telephone_issue
from dakehu.numbering.services.webphone import webphone_account, webphone_give, webphone_take
from dakehu.numbering.testing import a_block, a_customer, a_line, an_exchange
from dakehu.organisation.testing import Scenario

HA1 = "ab" * 32


def test_an_account_says_whose_it_is_and_until_when() -> None:
    account = web_account("03518880000", HA1, now=1_000_000.7)
    assert web_owner(account.username) == ("03518880000", 1_000_000 + LIFETIME_S)
    assert account.password == web_password(account.username, HA1)
    assert HA1 not in account.password


def test_a_later_end_or_another_line_is_another_password() -> None:
    account = web_account("03518880000", HA1, now=0)
    passwords = {
        account.password,
        web_password("03518880000~601", HA1),
        web_password("03518880001~600", HA1),
        web_password(account.username, "cd" * 32),
    }
    assert len(passwords) == 4


@pytest.mark.parametrize(
    "username", ["", "03518880000", "~", "~600", "0351~", "0351~6x", "0351~٦٠٠", "0351~" + "9" * 13]
)
def test_other_user_names_are_nobodys(username: str) -> None:
    assert web_owner(username) is None


@pytest.fixture
def line(world: Scenario) -> Line:
    number = a_block(an_exchange(world.taiyuan, "TY01"))[0]
    made = a_line(a_customer(world), number)
    telephone_issue(actor=SYSTEM, line_id=made.pk)
    return made


@pytest.mark.django_db
def test_a_line_is_for_whom_it_was_given_to_until_it_is_taken(world: Scenario, line: Line) -> None:
    with pytest.raises(NotFound):
        webphone_account(actor=world.manager, line_id=line.pk, is_first=True)
    for _again in range(2):
        webphone_give(actor=SYSTEM, line_id=line.pk, user_id=world.manager_user.pk)
    account = webphone_account(actor=world.manager, line_id=line.pk, is_first=True)
    assert account.password == web_password(account.username, SipAccount.objects.get().ha1_sha256)
    with pytest.raises(NotFound):
        webphone_account(actor=world.administrator, line_id=line.pk, is_first=True)
    for _again in range(2):
        webphone_take(actor=SYSTEM, line_id=line.pk, user_id=world.manager_user.pk)
    with pytest.raises(NotFound):
        webphone_account(actor=world.manager, line_id=line.pk, is_first=False)
    done = AuditEntry.objects.filter(action__endswith="webphone").order_by("pk")
    assert list(done.values_list("action", flat=True)) == [
        "line.grant_webphone",
        "line.use_webphone",
        "line.take_webphone",
    ]


@pytest.mark.django_db
def test_a_line_is_given_to_who_may_use_it_and_sees_it_alone(world: Scenario, line: Line) -> None:
    for user in (world.neighbour_user, world.auditor_user):
        with pytest.raises(WebphoneNotForUser):
            webphone_give(actor=SYSTEM, line_id=line.pk, user_id=user.pk)
    with pytest.raises(NotAllowed):
        webphone_give(actor=world.manager, line_id=line.pk, user_id=world.manager_user.pk)
    elsewhere = world.actor("one_stop_desk", unit=world.datong)
    with pytest.raises(NotFound):
        webphone_give(actor=elsewhere, line_id=line.pk, user_id=world.manager_user.pk)


@pytest.mark.django_db
def test_a_line_without_telephone_account_has_none_for_the_browser(world: Scenario, line: Line) -> None:
    webphone_give(actor=SYSTEM, line_id=line.pk, user_id=world.manager_user.pk)
    SipAccount.objects.all().delete()
    with pytest.raises(WebphoneWithoutAccount):
        webphone_account(actor=world.manager, line_id=line.pk, is_first=True)


@pytest.mark.django_db
def test_the_page_may_reach_the_voice_process_and_nothing_else(
    client: Client, world: Scenario, line: Line
) -> None:
    webphone_give(actor=SYSTEM, line_id=line.pk, user_id=world.manager_user.pk)
    client.force_login(world.manager_user)
    address = reverse("numbering-webphone-page")

    def policy() -> str:
        return client.get(address)["Content-Security-Policy"]

    with override_settings(WEBPHONE_URL="wss://voice.example/ws"):
        assert "connect-src 'self' wss://voice.example/ws;" in policy() + ";"
        assert "'unsafe" not in policy().replace("style-src-attr 'unsafe-inline'", "")
        assert_page_queries(client, address, 5)
    with override_settings(WEBPHONE_URL="/voice"):
        assert "connect-src 'self' ws://testserver/voice;" in policy() + ";"
    with override_settings(WEBPHONE_URL="", SIP_WS_PORT="5062"):
        assert "connect-src 'self' ws://testserver:5062/;" in policy() + ";"
    with override_settings(WEBPHONE_URL="", SIP_WS_PORT=""):
        assert "data-socket" not in client.get(address).content.decode()


@pytest.mark.django_db
def test_a_session_takes_a_line_up_once(client: Client, world: Scenario, line: Line) -> None:
    webphone_give(actor=SYSTEM, line_id=line.pk, user_id=world.manager_user.pk)
    client.force_login(world.manager_user)
    for _renewed in range(3):
        answer = client.post(reverse("numbering-webphone-account", args=[line.pk]))
        assert set(answer.json()) == {"username", "password", "lifetime"}
        assert "no-store" in answer["Cache-Control"]
    assert AuditEntry.objects.filter(action="line.use_webphone").count() == 1
