"""Pages of tones: uploading, listening, reviewing, setting; and how many queries they take."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from dakehu.enterprise_vpn.testing import VpnScenario
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.ui.testing import assert_page_queries
from dakehu.kernel.periods import Callers, Period
from dakehu.organisation.testing import Scenario
from dakehu.ringback.domain.choice import Owner
from dakehu.ringback.domain.review import ToneState
from dakehu.ringback.models import OwnerTones, Tone
from dakehu.ringback.services.tones import tone_approve
from dakehu.ringback.testing import ToneScenario, a_sound

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, settings: Settings) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def vpn(world: Scenario) -> VpnScenario:
    return VpnScenario(world)


@pytest.fixture
def scene(world: Scenario, vpn: VpnScenario) -> ToneScenario:
    return ToneScenario(world, vpn.customer)


@pytest.fixture
def desk(client: Client, world: Scenario) -> Client:
    client.force_login(world.administrator_user)
    return client


def named(sound: BytesIO, name: str) -> BytesIO:
    sound.name = name
    return sound


@pytest.mark.req("VPN-17")
def test_from_upload_to_approval_by_the_pages(desk: Client, scene: ToneScenario) -> None:
    form = {"customer": scene.customer.pk, "name": "迎宾曲"}
    url = reverse("ringback-tone-create")
    text = desk.post(url, {**form, "file": named(BytesIO(b"no sound at all " * 99), "song.wav")})
    assert text.status_code == 422
    assert set(text.context["form"].errors) == {"file"}
    assert "迎宾曲" in text.content.decode()
    assert desk.post(url, {**form, "file": named(a_sound(), "song.wav")}).status_code == 302
    tone = Tone.objects.get()
    record = desk.get(reverse("ringback-tone-record", args=[tone.pk])).content.decode()
    sound = reverse("ringback-tone-sound", args=[tone.pk])
    assert f'src="{sound}"' in record
    heard = desk.get(sound)
    assert heard["Content-Type"] == "audio/wav"
    assert heard.content[:4] == b"RIFF"
    assert "迎宾曲" in desk.get(reverse("ringback-review-list")).content.decode()
    refused = desk.post(reverse("ringback-tone-refuse", args=[tone.pk]), {"reason": ""})
    assert refused.status_code == 422
    assert desk.post(reverse("ringback-tone-approve", args=[tone.pk])).status_code == 302
    tone.refresh_from_db()
    assert tone.state == ToneState.APPROVED
    assert "迎宾曲" not in desk.get(reverse("ringback-review-list")).content.decode()


@pytest.mark.req("VPN-17")
def test_the_oldest_is_reviewed_first(desk: Client, scene: ToneScenario) -> None:
    for place in range(3):
        scene.tone(600 + 100 * place, f"第{place}首")
    page = desk.get(reverse("ringback-review-list")).content.decode()
    assert page.index("第0首") < page.index("第1首") < page.index("第2首")


@pytest.mark.req("VPN-16", "IN-07")
def test_rules_are_set_by_form_and_come_back(desk: Client, scene: ToneScenario, vpn: VpnScenario) -> None:
    day, night = scene.tone(700), scene.tone(900, "夜间曲")
    url = reverse("ringback-owner-change", args=["vpn", vpn.vpn.pk])
    form = {
        "version": 0,
        "default": day.pk,
        "personal_wins": "on",
        "rule_1_tone": night.pk,
        "rule_1_days": ["1", "2"],
        "rule_1_begins": "18:00",
        "rule_1_ends": "08:00",
        "rule_1_callers": "0351-8880001，0352*",
    }
    wrong = desk.post(url, {**form, "rule_1_callers": "abc"})
    assert set(wrong.context["form"].errors) == {"rule_1_callers"}
    assert desk.post(url, form).status_code == 302
    value = OwnerTones.objects.get(owner_kind=Owner.VPN).value()
    [rule] = value.rules
    assert (value.default, value.personal_wins, rule.tone) == (day.pk, True, night.pk)
    assert rule.callers == Callers(frozenset({"03518880001"}), ("0352",))
    [period] = rule.periods
    assert isinstance(period, Period)
    assert (period.begins.hour, period.ends.hour, period.weekdays) == (18, 8, frozenset({1, 2}))
    again = desk.get(url).content.decode()
    assert "03518880001,0352*" in again
    panel = desk.get(reverse("ringback-vpn-panel", args=[vpn.vpn.pk])).content.decode()
    assert "夜间曲" in panel
    assert "18:00–08:00" in panel
    assert desk.post(url, form).status_code == 409
    trail = desk.get(reverse("vpns-vpn-record", args=[vpn.vpn.pk])).content.decode()
    assert "设置了彩铃" in trail
    assert "ringback.set" not in trail
    assert "夜间曲 周一、周二 18:00–08:00 03518880001,0352*" in trail


def test_queries_do_not_grow_with_the_rows(desk: Client, scene: ToneScenario, vpn: VpnScenario) -> None:
    for place in range(6):
        tone = scene.tone(500 + 100 * place, f"第{place}首")
        if place % 2:
            tone_approve(actor=SYSTEM, tone_id=tone.pk)
    assert_page_queries(desk, reverse("ringback-tone-list"), 6)
    assert_page_queries(desk, reverse("ringback-review-list"), 6)
    assert_page_queries(desk, reverse("ringback-vpn-panel", args=[vpn.vpn.pk]), 6)
