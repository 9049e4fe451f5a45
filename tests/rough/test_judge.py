"""The judge of answers finds what it looks for, and the walks leave no chapter out."""

from __future__ import annotations

import pytest
from django.http import HttpResponse

from tests.rough import test_hostile_names_customers, test_hostile_names_frame, test_hostile_names_products
from tests.rough.poison import PAYLOAD, apps_with_routes, judge

WALKS = (test_hostile_names_customers, test_hostile_names_frame, test_hostile_names_products)


def test_every_chapter_is_walked() -> None:
    assert sorted(app for walk in WALKS for app in walk.APPS) == sorted(apps_with_routes())


@pytest.mark.parametrize(
    ("body", "kind", "headers", "fault"),
    [
        (f"<p>{PAYLOAD}</p>", "text/html", {}, "raw markup"),
        ("<p title='=\"'><s>'>", "text/html", {}, "raw markup"),
        ('<a href="javascript:alert(1)">', "text/html", {}, "raw markup"),
        ("=&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#x27;49", "text/html", {}, "raw markup"),
        (f'a,"{PAYLOAD.replace(chr(34), chr(34) * 2)}"', "text/csv", {}, "cell"),
        (f"SUMMARY:x\r\n{PAYLOAD}", "text/calendar", {}, "line"),
        ("x", "text/plain", {"X-Name": PAYLOAD}, "header X-Name"),
        ("x", "text/plain", {"Content-Disposition": f'attachment; filename="{PAYLOAD}"'}, "header Content"),
        ("x", "text/plain", {"X-Content-Type-Options": "sniff"}, "guess"),
    ],
)
def test_what_is_wrong_is_found(body: str, kind: str, headers: dict[str, str], fault: str) -> None:
    answer = HttpResponse(body, content_type=kind, headers={"X-Content-Type-Options": "nosniff", **headers})
    assert any(fault in each for each in judge(answer)), judge(answer)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("=&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#x27;{{7*7}}", "text/html"),
        (f"'{PAYLOAD}", "text/csv"),
        (f"SUMMARY:{PAYLOAD}", "text/calendar"),
    ],
)
def test_what_is_right_passes(body: str, kind: str) -> None:
    assert not judge(HttpResponse(body, content_type=kind, headers={"X-Content-Type-Options": "nosniff"}))
