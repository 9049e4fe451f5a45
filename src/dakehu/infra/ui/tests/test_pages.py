"""The kit's own pages as people meet them."""

from __future__ import annotations

import pytest
from django.test import Client

from dakehu.organisation.testing import Scenario

pytestmark = pytest.mark.django_db


def signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]  # any user of the scenario
    return client


def test_workbench_shows_the_tiles(world: Scenario) -> None:
    client = signed_in(world.user("account_manager"))
    page = client.get("/")
    assert page.status_code == 200
    assert "ui.jobs" in page.content.decode()
    assert client.get("/workbench/tiles/ui.jobs/").status_code == 200
    assert client.get("/jobs/").status_code == 200
