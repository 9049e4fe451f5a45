"""The open API's document is true: its examples run, as they stand, on a new installation."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.conftest import People
from tests.kit.examples import Ran, commands, run
from tests.kit.installation import ROOT, Installation

pytestmark = [pytest.mark.e2e, pytest.mark.req("KAM-03")]
DOCUMENT = ROOT / "docs" / "open-api.md"
LISTENER = {"https://crm.example/tmf": "http://192.0.2.1/tmf"}
"""A made-up host has no address; this one is kept free for documents."""


@pytest.fixture(scope="module")
def client(people: People) -> dict[str, str]:
    """A client for the whole province, made by the page that the document names."""
    admin = people["admin"]
    admin.go("/system/clients/new/")
    admin.page.fill("#id_name", "示例程序")
    for field, number in (("role", 1), ("unit", 1)):
        admin.page.select_option(f"#id_{field}", index=number)
    admin.page.click(".dk-form-foot button")
    secret = admin.page.inner_text("#secret")
    return {"ID": admin.page.locator(".dk-facts dd").first.inner_text(), "SECRET": secret}


def test_the_examples_run(installation: Installation, client: dict[str, str]) -> None:
    given, swapped = {**client, "TOKEN": ""}, dict(LISTENER)
    ran: list[Ran] = []
    for command in commands(DOCUMENT):
        one = run(command, installation.address, given, swapped)
        assert one.status in {200, 201}, (one.command, one.status, one.body)
        ran.append(one)
        body: dict[str, Any] = one.body if isinstance(one.body, dict) else {}
        given["TOKEN"] = body.get("access_token", given["TOKEN"])
        if body.get("@type") == "Organization":
            swapped["2001"] = body["id"]  # the id that the example before it answered with
    kinds = [one.body.get("@type") for one in ran if isinstance(one.body, dict)]
    assert {"ProductOrder", "Organization", "Customer", "Hub"} <= set(kinds)
    assert len(ran) > 8


def test_the_page_is_legible(people: People) -> None:
    """In both languages, at a desk and on a telephone, with everything unfolded."""
    admin = people["admin"]
    for language in ("en", "zh-hans"):
        admin.context.add_cookies([{"name": "dakehu_language", "value": language, "url": admin.address}])
        admin.go("/api/")
        assert admin.page.get_attribute("html", "lang") == language
        admin.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        admin.shown(f"open-api-{language}")
        assert "/tmf-api/event/v4/topic" in admin.page.inner_text("main")
        assert "/tmf-api/partyInteraction/v5/hub" in admin.page.inner_text("main")
