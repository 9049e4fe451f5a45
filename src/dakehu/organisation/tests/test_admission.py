"""Arriving for the first time, at once from several places."""

from __future__ import annotations

import threading

import pytest
from django.conf import LazySettings
from django.db import connection

from dakehu.infra.audit.models import AuditEntry
from dakehu.organisation.domain.claims import Person
from dakehu.organisation.domain.errors import UsernameTaken
from dakehu.organisation.domain.sign_on import Match, Way
from dakehu.organisation.models import Identity, User
from dakehu.organisation.services.admission import admit
from dakehu.organisation.testing import Scenario


@pytest.mark.req("KAM-11")
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.parametrize("is_new", [True, False])
def test_who_comes_twice_at_once_is_one_person(
    settings: LazySettings, tmp_path_factory: pytest.TempPathFactory, is_new: bool
) -> None:
    world = Scenario()
    _ = world.team
    if not is_new:
        world.user(username="li.na")
    file = tmp_path_factory.mktemp("groups") / "groups.json"
    file.write_text('{"unit": "太原"}')
    settings.SIGN_ON_MAPPING = str(file)
    start, arrived = threading.Barrier(4), []

    def arrive() -> None:
        start.wait()
        arrived.append(admit(way=Way.SIGN_ON, person=Person("issuer p-1", "li.na"), create=True).pk)
        connection.close()

    threads = [threading.Thread(target=arrive) for _each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert arrived == [User.objects.get(username="li.na").pk] * 4
    assert Identity.objects.count() == 1
    assert AuditEntry.objects.filter(action="user.bind").count() == 1


def test_an_account_is_not_opened_under_another_ones_name(
    world: Scenario, settings: LazySettings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    world.user(username="wang", email="wang.wu@example.cn")
    file = tmp_path_factory.mktemp("groups") / "groups.json"
    file.write_text('{"unit": "太原"}')
    settings.SIGN_ON_MAPPING = str(file)
    person = Person("issuer p-1", "wang@example.cn")
    with pytest.raises(UsernameTaken):
        admit(way=Way.SIGN_ON, person=person, create=True, match=Match.EMAIL)
    assert not Identity.objects.exists()
