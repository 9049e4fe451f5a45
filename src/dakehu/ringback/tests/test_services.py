"""Tones: uploaded, reviewed, set, withdrawn; and what the voice directory is told meanwhile."""

from __future__ import annotations

from datetime import datetime, time
from io import BytesIO
from pathlib import Path

import pytest
from django.utils import translation
from pytest_django import Settings

from dakehu.enterprise_vpn.testing import VpnScenario
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.errors import message_for
from dakehu.infra.outbox.models import OutboxEvent
from dakehu.kernel.clock import CST
from dakehu.kernel.errors import Conflict, DomainError, NotAllowed, NotFound
from dakehu.kernel.periods import Callers, Period
from dakehu.kernel.states import IllegalMove
from dakehu.numbering.testing import a_customer
from dakehu.organisation.testing import Scenario
from dakehu.ringback.domain.choice import Owner, RingingCall, ToneRule, ToneSettings
from dakehu.ringback.domain.errors import ReasonMissing, ToneForeign
from dakehu.ringback.domain.review import ToneState
from dakehu.ringback.models import Tone
from dakehu.ringback.selectors.tones import (
    published_line_tones,
    published_tones,
    tone_get,
    tone_sound,
    tones_for,
)
from dakehu.ringback.services.settings import owner_tones_set
from dakehu.ringback.services.tones import (
    TONES_CHANGED,
    tone_approve,
    tone_refuse,
    tone_upload,
    tone_withdraw,
)
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


def set_for(vpn: VpnScenario, settings: ToneSettings[int], version: int | None = None) -> None:
    owner_tones_set(actor=SYSTEM, kind=Owner.VPN, owner_id=vpn.vpn.pk, settings=settings, version=version)


@pytest.mark.req("VPN-17")
def test_a_tone_sounds_from_its_approval_to_its_withdrawal(scene: ToneScenario, vpn: VpnScenario) -> None:
    tone = scene.tone()
    set_for(vpn, ToneSettings(tone.pk))
    assert published_tones(Owner.VPN) == {}
    tone_approve(actor=SYSTEM, tone_id=tone.pk)
    assert published_tones(Owner.VPN) == {vpn.vpn.pk: ToneSettings(tone.digest)}
    assert [event.payload for event in OutboxEvent.objects.filter(topic=TONES_CHANGED)] == [
        {"vpn_id": vpn.vpn.pk}
    ] * 2
    tone_withdraw(actor=SYSTEM, tone_id=tone.pk, reason="客户更换")
    assert published_tones(Owner.VPN) == {}
    with pytest.raises(IllegalMove):
        tone_approve(actor=SYSTEM, tone_id=tone.pk)
    actions = AuditEntry.objects.filter(noun="tone", object_id=str(tone.pk)).values_list("action", flat=True)
    assert sorted(actions) == ["ringback.approve", "ringback.upload", "ringback.withdraw"]


@pytest.mark.req("VPN-17")
def test_a_refusal_says_why_and_the_sound_stays_silent(scene: ToneScenario, vpn: VpnScenario) -> None:
    tone = scene.tone()
    set_for(vpn, ToneSettings(tone.pk))
    with pytest.raises(ReasonMissing):
        tone_refuse(actor=SYSTEM, tone_id=tone.pk, reason=" 　")
    tone_refuse(actor=SYSTEM, tone_id=tone.pk, reason="有版权的歌曲")
    tone.refresh_from_db()
    assert (tone.state, tone.reason, tone.decided_by) == (ToneState.REFUSED, "有版权的歌曲", SYSTEM.name)
    assert tone.decided_at is not None
    assert published_tones(Owner.VPN) == {}
    again = scene.tone()
    assert (again.digest, again.state) == (tone.digest, ToneState.UPLOADED)
    assert again.pk != tone.pk


@pytest.mark.req("VPN-17")
def test_an_approval_is_the_customers_own(scene: ToneScenario, vpn: VpnScenario, world: Scenario) -> None:
    mine = scene.tone()
    tone_approve(actor=SYSTEM, tone_id=mine.pk)
    others = ToneScenario(world, a_customer(world, name="另一家公司")).tone()
    assert (others.digest, others.state) == (mine.digest, ToneState.UPLOADED)
    with pytest.raises(DomainError) as refused:
        set_for(vpn, ToneSettings(others.pk))
    assert refused.value.code in (ToneForeign.code, "domain.invalid")
    assert published_tones(Owner.VPN) == {}


def test_the_same_sound_again_is_the_tone_that_is_there(scene: ToneScenario) -> None:
    assert scene.tone().pk == scene.tone(name="又一次").pk
    assert Tone.objects.count() == 1
    assert AuditEntry.objects.filter(action="ringback.upload").count() == 1


REFUSED = [
    (BytesIO(b"Dear all, please find the tone attached.\n" * 50), "switch.tone_unknown", "无论文件名"),
    (a_sound(seconds=3600, rate=1000), "switch.tone_too_big", "MB"),
    (a_sound(seconds=90), "switch.tone_too_long", "60"),
    (a_sound(seconds=0.2), "switch.tone_empty", "0.5"),
    (BytesIO(a_sound().getvalue()[:6000]), "switch.tone_truncated", "重新上传"),
]


@pytest.mark.req("VPN-17")
@pytest.mark.parametrize(("upload", "code", "word"), REFUSED, ids=[code for _, code, _ in REFUSED])
def test_what_is_no_tone_is_refused_in_chinese(
    upload: BytesIO, code: str, word: str, scene: ToneScenario
) -> None:
    with pytest.raises(DomainError) as refused:
        tone_upload(actor=SYSTEM, customer_id=scene.customer.pk, name="x", upload=upload)
    assert refused.value.code == code
    with translation.override("zh-hans"):
        assert word in message_for(refused.value)
    assert not Tone.objects.exists()


@pytest.mark.req("VPN-16", "IN-07")
def test_rules_by_time_and_caller_come_through(scene: ToneScenario, vpn: VpnScenario) -> None:
    day, night = scene.tone(700), scene.tone(900, "夜间")
    rule = ToneRule(night.pk, (Period(time(18), time(8), frozenset({1})),), Callers(prefixes=("0351",)))
    settings = ToneSettings(day.pk, (rule,), personal_wins=True)
    set_for(vpn, settings)
    for tone in (day, night):
        tone_approve(actor=SYSTEM, tone_id=tone.pk)
    seen = published_tones(Owner.VPN)[vpn.vpn.pk]
    assert seen.personal_wins
    monday = datetime(2026, 11, 23, 20, tzinfo=CST)
    assert seen.tone(RingingCall("03518880000", monday)) == night.digest
    assert seen.tone(RingingCall("03528880000", monday)) == day.digest


@pytest.mark.req("VPN-16")
def test_a_lines_personal_tone_is_published_by_its_number(scene: ToneScenario, vpn: VpnScenario) -> None:
    line = vpn.line(vpn.taiyuan[1])
    tone = scene.tone()
    tone_approve(actor=SYSTEM, tone_id=tone.pk)
    settings = ToneSettings(tone.pk)
    owner_tones_set(actor=SYSTEM, kind=Owner.LINE, owner_id=line.pk, settings=settings)
    assert published_line_tones([vpn.taiyuan[1], vpn.taiyuan[2]]) == {
        vpn.taiyuan[1]: ToneSettings(tone.digest)
    }
    event = OutboxEvent.objects.get(topic=TONES_CHANGED)
    assert event.payload == {"numbers": [vpn.taiyuan[1]]}


def test_who_saves_an_older_state_is_told(scene: ToneScenario, vpn: VpnScenario) -> None:
    set_for(vpn, ToneSettings(scene.tone().pk), version=0)
    with pytest.raises(Conflict):
        set_for(vpn, ToneSettings(), version=0)
    set_for(vpn, ToneSettings(), version=1)


def test_rights_and_scope(scene: ToneScenario, world: Scenario) -> None:
    tone = scene.tone()
    stranger = world.actor("provisioning_engineer", unit=world.datong)
    assert not tones_for(stranger).exists()
    for read in (tone_get, tone_sound):
        with pytest.raises(NotFound):
            read(stranger, tone.pk)
    with pytest.raises(NotFound):
        tone_withdraw(actor=stranger, tone_id=tone.pk, reason="x")
    own = world.actor("provisioning_engineer", unit=world.taiyuan)
    with pytest.raises(NotAllowed):
        tone_approve(actor=own, tone_id=tone.pk)
    assert tone_sound(own, tone.pk)[:4] == b"RIFF"
