"""The door to ring-back tones."""

from __future__ import annotations

from dakehu.ringback.domain.choice import Owner, ToneRule, ToneSettings
from dakehu.ringback.domain.review import ToneState
from dakehu.ringback.hooks import OwnerFacts, Sound, register_owner, register_sounds
from dakehu.ringback.models import OwnerTones, Tone
from dakehu.ringback.permissions import RingbackPermission
from dakehu.ringback.selectors.tones import published_line_tones, published_tones, tone_get, tones_for
from dakehu.ringback.services.settings import owner_tones_set
from dakehu.ringback.services.tones import (
    TONES_CHANGED,
    tone_approve,
    tone_refuse,
    tone_upload,
    tone_withdraw,
)

__all__ = [
    "TONES_CHANGED",
    "Owner",
    "OwnerFacts",
    "OwnerTones",
    "RingbackPermission",
    "Sound",
    "Tone",
    "ToneRule",
    "ToneSettings",
    "ToneState",
    "owner_tones_set",
    "published_line_tones",
    "published_tones",
    "register_owner",
    "register_sounds",
    "tone_approve",
    "tone_get",
    "tone_refuse",
    "tone_upload",
    "tone_withdraw",
    "tones_for",
]
