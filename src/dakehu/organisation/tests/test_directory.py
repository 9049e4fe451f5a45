"""Signing in by the directory, and the comparison with it, against a real slapd."""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client
from tests.kit.ports import free_port
from tests.kit.slapd import BASE, PASSWORD, SERVICE, SERVICE_PASSWORD, Slapd, slapd

from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.jobs.models import Job
from dakehu.infra.parameters.api import parameter_set
from dakehu.infra.worker import drain
from dakehu.organisation.domain.claims import Person
from dakehu.organisation.domain.errors import DirectorySilent
from dakehu.organisation.domain.sign_on import Directory, Way
from dakehu.organisation.models import Identity, User
from dakehu.organisation.services.comparison import compare, compare_due, compare_start
from dakehu.organisation.services.users import user_deactivate
from dakehu.organisation.services.ways import user_sign_in_by
from dakehu.organisation.signon import checks
from dakehu.organisation.signon.directory import people, verify
from dakehu.organisation.testing import PASSWORD as LOCAL
from dakehu.organisation.testing import Scenario

LOGIN = "/accounts/login/"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    with slapd(tmp_path_factory.mktemp("slapd")) as running:
        lina = running.add_person("li.na", name="李娜")
        running.add_person("wang.wu", name="王五", password="another-river-77")
        running.add_group("kam-yingze", lina)
        yield running


@pytest.fixture
def directory(server: Slapd, settings: LazySettings) -> Directory:
    cache.clear()
    found = Directory(
        (server.secure,), BASE, SERVICE, SERVICE_PASSWORD, ca=server.ca, group_base=f"ou=groups,{BASE}"
    )
    settings.LDAP = found
    return found


def _sign_in(client: Client, login: str, password: str) -> str:
    """Where it leads, or what the page says."""
    response = client.post(LOGIN, {"login": login, "password": password})
    return str(response["Location"]) if response.status_code == 302 else response.content.decode()


def _lina(world: Scenario, **fields: Any) -> User:
    return world.user("account_manager", username="li.na", signs_in_by=Way.DIRECTORY, password=None, **fields)


@pytest.mark.req("KAM-11")
def test_a_person_of_the_directory_signs_in(
    world: Scenario, client: Client, directory: Directory, caplog: pytest.LogCaptureFixture
) -> None:
    user = _lina(world)
    caplog.set_level(logging.DEBUG)
    assert "登录名或密码不正确" in _sign_in(client, "li.na", "wrong")
    assert _sign_in(client, "ＬＩ.na", PASSWORD) == "/"
    assert client.get("/").status_code == 200
    entry = AuditEntry.objects.get(action="user.sign_in")
    assert entry.changes["way"] == [None, "directory"]
    identity = Identity.objects.get()
    assert (identity.user, len(identity.subject)) == (user, 36)  # its entryUUID
    user.refresh_from_db()
    assert not user.password.startswith(("md5", "argon2"))
    assert PASSWORD not in caplog.text
    assert PASSWORD not in json.dumps([each.changes for each in AuditEntry.objects.all()])
    assert client.get("/accounts/password/").status_code == 422  # changed in the directory
    asked = client.get("/accounts/2fa/totp/activate/")["Location"]
    assert client.post(asked, {"password": "wrong"}).status_code == 200
    assert client.post(asked, {"password": PASSWORD}).status_code == 302  # the directory confirms it


def _says_yes_to_no_password(server: Slapd) -> bool:
    """A simple bind with a name and an empty password, byte by byte: libraries refuse to send it."""
    dn = f"uid=li.na,ou=people,{BASE}".encode()
    body = b"\x02\x01\x03\x04" + bytes([len(dn)]) + dn + b"\x80\x00"
    message = b"\x02\x01\x01\x60" + bytes([len(body)]) + body
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
        line.sendall(b"\x30" + bytes([len(message)]) + message)
        return b"\x0a\x01\x00" in line.recv(100)  # resultCode success


@pytest.mark.req("KAM-11")
@pytest.mark.parametrize("password", ["", "\0", "\0\0"])
def test_an_empty_password_is_no_anonymous_bind(directory: Directory, server: Slapd, password: str) -> None:
    """This slapd says yes to a name without a password, as many do."""
    assert _says_yes_to_no_password(server)
    assert verify(directory, "li.na", password) is None


def test_an_empty_password_is_refused_by_the_page_too(
    world: Scenario, client: Client, directory: Directory
) -> None:
    _lina(world)
    assert "<form" in _sign_in(client, "li.na", "")
    assert client.get("/").status_code == 302


@pytest.mark.req("KAM-11")
@pytest.mark.parametrize(
    "login",
    [
        "*",
        "li*",
        "li.n?",
        "li.na)(uid=*",
        "*)(objectClass=*",
        "li.na)(|(uid=*",
        "\\6ci.na",
        "li.na\0",
        "",
        "nobody",
    ],
)
def test_a_name_is_never_a_filter(directory: Directory, login: str) -> None:
    assert verify(directory, login, PASSWORD) is None


def test_a_right_name_and_password_are_one_person(directory: Directory) -> None:
    person = verify(directory, "li.na", PASSWORD)
    assert person is not None
    assert (person.key, person.name, person.email) == ("li.na", "李娜", "li.na@example.cn")
    assert person.groups == (f"cn=kam-yingze,ou=groups,{BASE}",)
    assert verify(directory, "li.na", "another-river-77") is None  # somebody else's


def test_two_entries_of_one_name_are_nobody(directory: Directory) -> None:
    assert verify(replace(directory, login="objectClass"), "inetOrgPerson", PASSWORD) is None


@pytest.mark.req("KAM-11")
def test_people_with_a_password_here_never_meet_the_directory(
    world: Scenario, client: Client, directory: Directory, settings: LazySettings
) -> None:
    """Whoever rules the directory could else take any account here by giving an entry its name."""
    world.user("account_manager", username="li.na")
    assert "登录名或密码不正确" in _sign_in(client, "li.na", PASSWORD)
    assert _sign_in(client, "li.na", LOCAL) == "/"
    assert AuditEntry.objects.get(action="user.sign_in").changes["way"] == [None, "password"]


def test_who_is_not_known_here_is_told_so(world: Scenario, client: Client, directory: Directory) -> None:
    _ = world.province
    assert "没有账号" in _sign_in(client, "wang.wu", "another-river-77")
    assert "登录名或密码不正确" in _sign_in(
        client, "wang.wu", "guess"
    )  # nobody learns who is in the directory
    assert not User.objects.filter(username="wang.wu").exists()


@pytest.mark.req("KAM-11")
def test_an_account_is_opened_with_what_the_groups_bring(
    world: Scenario, client: Client, directory: Directory, settings: LazySettings, tmp_path: Path
) -> None:
    _ = world.team
    settings.LDAP = replace(directory, create=True)
    mapping = {
        "unit": "太原",
        "groups": [{"group": "kam-yingze", "unit": "太原/迎泽", "roles": ["account_manager"]}],
    }
    settings.SIGN_ON_MAPPING = str(tmp_path / "groups.json")
    Path(settings.SIGN_ON_MAPPING).write_text(json.dumps(mapping))
    assert _sign_in(client, "li.na", PASSWORD) == "/"
    user = User.objects.get(username="li.na")
    assert (user.name, user.email, user.org_unit) == ("李娜", "li.na@example.cn", world.county)
    assert [role.code for role in user.roles.all()] == ["account_manager"]
    assert _sign_in(Client(), "wang.wu", "another-river-77") == "/"
    assert not User.objects.get(username="wang.wu").roles.exists()


@pytest.mark.req("KAM-11")
def test_closed_accounts_stay_closed(world: Scenario, client: Client, directory: Directory) -> None:
    user_deactivate(actor=world.administrator, user_id=_lina(world).pk, version=1)
    assert _sign_in(client, "li.na", PASSWORD) == "/accounts/inactive/"
    assert client.get("/").status_code == 302


@pytest.mark.req("KAM-11")
def test_guessing_locks_the_name(world: Scenario, client: Client, directory: Directory) -> None:
    _lina(world)
    for _attempt in range(5):
        assert "不正确" in _sign_in(client, "li.na", "guess")
    assert "锁定五分钟" in _sign_in(client, "li.na", PASSWORD)


@contextmanager
def _hole(*, takes: bool) -> Iterator[int]:
    """A port whose connections are taken and never answered, or not even taken."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0 if not takes else 16)
        held: list[socket.socket] = []

        def serve() -> None:
            with suppress(OSError):
                while True:
                    held.append(listening.accept()[0])

        thread = threading.Thread(target=serve, daemon=True)
        if takes:
            thread.start()
        yield listening.getsockname()[1]
        for each in held:
            each.close()
        listening.shutdown(socket.SHUT_RDWR)


@pytest.mark.req("KAM-11")
@pytest.mark.parametrize("scheme", ["ldap", "ldaps"])
def test_a_dead_directory_hangs_nobody(
    world: Scenario, client: Client, directory: Directory, settings: LazySettings, scheme: str
) -> None:
    _ = _lina(world), world.manager_user
    with _hole(takes=True) as port:
        settings.LDAP = replace(directory, uris=(f"{scheme}://127.0.0.1:{port}",), timeout_s=1.0)
        begun = time.monotonic()
        assert "目录没有响应" in _sign_in(client, "li.na", PASSWORD)
        assert time.monotonic() - begun < 15
        for _attempt in range(6):  # no wrong passwords: nobody is locked out by the directory's silence
            begun = time.monotonic()
            assert "目录没有响应" in _sign_in(client, "li.na", PASSWORD)
        assert _sign_in(client, "manager", LOCAL) == "/"  # local people are none of its business
    cache.clear()
    settings.LDAP = directory
    assert _sign_in(Client(), "li.na", PASSWORD) == "/"


@pytest.mark.req("KAM-11")
def test_the_next_server_stands_in(directory: Directory) -> None:
    dead = f"ldaps://127.0.0.1:{free_port()}"
    assert verify(replace(directory, uris=(dead, *directory.uris), timeout_s=2.0), "li.na", PASSWORD)


@pytest.mark.req("KAM-11")
def test_certificates_are_checked(directory: Directory, server: Slapd) -> None:
    unknown = replace(directory, ca="")
    with pytest.raises(DirectorySilent):
        verify(unknown, "li.na", PASSWORD)
    other_host = replace(directory, uris=(f"ldaps://localhost:{server.tls_port}",))
    with pytest.raises(DirectorySilent):
        verify(other_host, "li.na", PASSWORD)
    starttls = replace(directory, uris=(server.clear,), starttls=True)
    assert verify(starttls, "li.na", PASSWORD)
    with pytest.raises(DirectorySilent):
        verify(replace(starttls, ca=""), "li.na", PASSWORD)


def test_a_wrong_service_account_is_no_wrong_password(directory: Directory) -> None:
    with pytest.raises(DirectorySilent):
        verify(replace(directory, bind_password="wrong"), "li.na", PASSWORD)


def test_everybody_is_read(directory: Directory, server: Slapd) -> None:
    assert {"li.na", "wang.wu"} <= {person.key for person in people(directory)}
    with pytest.raises(DirectorySilent):
        list(people(replace(directory, base="dc=elsewhere")))


@pytest.mark.req("KAM-11")
def test_who_is_gone_is_locked_and_out(
    world: Scenario, client: Client, directory: Directory, server: Slapd
) -> None:
    dn = server.add_person("gone.soon")
    gone = world.user("account_manager", username="gone.soon", signs_in_by=Way.DIRECTORY, password=None)
    stays, local = _lina(world), world.manager_user
    assert _sign_in(client, "gone.soon", PASSWORD) == "/"
    assert compare(people(directory)).gone == ()
    server.remove(dn)
    outcome = compare(people(directory))
    assert (outcome.gone, outcome.is_done, outcome.known) == (("gone.soon",), True, 2)
    for user, is_active in ((gone, False), (stays, True), (local, True)):
        user.refresh_from_db()
        assert user.is_active is is_active
    assert client.get("/").status_code == 302
    entry = AuditEntry.objects.get(action="user.gone")
    assert (entry.actor_name, entry.changes["is_active"]) == ("directory", [True, False])
    assert compare(people(directory)).gone == ()


@pytest.mark.req("KAM-11")
def test_an_empty_or_thin_answer_locks_nobody(world: Scenario) -> None:
    here = [world.user("account_manager", signs_in_by=Way.DIRECTORY) for _each in range(10)]
    assert not compare([]).is_done
    assert not compare([Person("", "somebody")]).is_done
    there = [Person("", user.username) for user in here[2:]]
    assert not compare(there).is_done  # two of ten are more than 5 %
    assert User.objects.filter(is_active=True, signs_in_by=Way.DIRECTORY).count() == 10
    refused = AuditEntry.objects.filter(action="sign_on.compare_refused")
    assert [each.changes["gone"][1] for each in refused.order_by("pk")] == [10, 10, 2]
    parameter_set(actor=world.administrator, name="organisation.lock_percent", value=20, reason="试")
    assert compare(there).is_done
    assert User.objects.filter(is_active=True, signs_in_by=Way.DIRECTORY).count() == 8


def test_a_bound_person_is_known_by_what_never_changes(world: Scenario, directory: Directory) -> None:
    user = _lina(world)
    assert compare([Person("uuid-1", "li.na")]).gone == ()
    Identity.objects.create(user=user, way=Way.DIRECTORY, subject="uuid-1", made_at=user.date_joined)
    assert compare([Person("uuid-1", "li.na.married"), Person("uuid-2", "li.na")]).gone == ()
    assert compare([Person("uuid-2", "li.na")]).gone == ("li.na",)  # another person of the name


@pytest.mark.req("KAM-11")
def test_it_is_compared_each_night_and_on_the_button(
    world: Scenario, directory: Directory, settings: LazySettings
) -> None:
    compare_due()
    compare_due()
    assert Job.objects.filter(kind="organisation.directory_compare").count() == 1
    Job.objects.all().delete()
    assert compare_start(actor=world.administrator).kind == "organisation.directory_compare"
    settings.LDAP = None
    Job.objects.all().delete()
    compare_due()
    assert not Job.objects.exists()


@pytest.mark.req("KAM-11")
def test_the_page_tells_how_the_comparison_went(
    world: Scenario, client: Client, directory: Directory, settings: LazySettings
) -> None:
    _lina(world)
    world.user("account_manager", username="never.there", signs_in_by=Way.DIRECTORY)
    client.force_login(world.administrator_user)
    client.post("/system/sign-on/compare/")
    assert "等待中" in client.get("/system/sign-on/").content.decode()
    assert client.post("/system/sign-on/compare/").status_code == 422  # one at a time
    drain("tasks")
    said = client.get("/system/sign-on/").content.decode()
    assert "已锁定：never.there" in said
    assert not User.objects.get(username="never.there").is_active
    assert User.objects.get(username="li.na").is_active
    Job.objects.all().delete()
    settings.LDAP = replace(directory, bind_password="wrong")
    client.post("/system/sign-on/compare/")
    drain("tasks")
    assert "目录没有响应" in client.get("/system/sign-on/").content.decode()
    assert User.objects.get(username="li.na").is_active


@pytest.mark.req("KAM-11")
def test_the_page_says_what_is_set_and_what_fails(
    world: Scenario, client: Client, directory: Directory, settings: LazySettings, tmp_path: Path
) -> None:
    client.force_login(world.administrator_user)
    shown = client.get("/system/sign-on/").content.decode()
    assert SERVICE in shown
    assert SERVICE_PASSWORD not in shown
    fine = client.post("/system/sign-on/check/").content.decode()
    assert "服务账号有效" in fine
    settings.LDAP = replace(directory, bind_password="wrong")
    assert "服务账号被拒绝" in client.post("/system/sign-on/check/").content.decode()
    settings.LDAP = replace(directory, base="dc=elsewhere")
    assert "查找失败" in client.post("/system/sign-on/check/").content.decode()
    settings.LDAP = replace(directory, ident="absentAttribute")
    assert any(each.is_fine is False for each in checks.check_all())
    settings.SIGN_ON_MAPPING = str(tmp_path / "groups.json")
    Path(settings.SIGN_ON_MAPPING).write_text(
        '{"unit": "火星", "groups": [{"group": "a", "roles": ["nothing", "administrator"]}]}'
    )
    said = client.post("/system/sign-on/check/").content.decode()
    assert "火星" in said
    assert "nothing" in said
    assert "全部权限" in said


def test_moving_people_to_the_directory_and_back(
    world: Scenario, client: Client, directory: Directory
) -> None:
    user = world.user("account_manager", username="li.na")
    admin = world.administrator
    user_sign_in_by(actor=admin, user_id=user.pk, version=1, way=Way.DIRECTORY)
    assert "不正确" in _sign_in(client, "li.na", LOCAL)
    assert _sign_in(client, "li.na", PASSWORD) == "/"
    user_sign_in_by(actor=admin, user_id=user.pk, version=2, way=Way.PASSWORD)
    assert client.get("/").status_code == 302
    assert not Identity.objects.exists()
    assert "不正确" in _sign_in(Client(), "li.na", PASSWORD)
