"""Two at one tone (needs PostgreSQL's row locks)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from dakehu.infra.access.api import SYSTEM
from dakehu.kernel.errors import DomainError
from dakehu.organisation.testing import Scenario
from dakehu.ringback.models import Tone
from dakehu.ringback.services.tones import tone_approve, tone_refuse
from dakehu.ringback.testing import ToneScenario

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="the tests' SQLite lives in memory, in one connection"
    ),
]


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, settings: Settings) -> None:
    settings.HOME = tmp_path


def attempt(write: Callable[[], object]) -> str:
    """Empty when it was done, else the error's code."""
    try:
        write()
    except DomainError as error:
        return error.code
    finally:
        connection.close()
    return ""


@pytest.mark.req("VPN-17")
def test_one_review_counts(transactional_db: None) -> None:
    tone = ToneScenario(Scenario()).tone()

    def review(place: int) -> str:
        if place % 2:
            return attempt(lambda: tone_refuse(actor=SYSTEM, tone_id=tone.pk, reason="x"))
        return attempt(lambda: tone_approve(actor=SYSTEM, tone_id=tone.pk))

    with ThreadPoolExecutor(6) as pool:
        outcomes = sorted(pool.map(review, range(6)))
    assert outcomes == ["", *["state.illegal_move"] * 5]


def test_an_upload_that_is_sent_twice_at_once_is_one_tone(transactional_db: None) -> None:
    scene = ToneScenario(Scenario())
    assert scene.customer.pk
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda _place: attempt(scene.tone), range(4)))
    assert outcomes == [""] * 4
    assert Tone.objects.count() == 1
