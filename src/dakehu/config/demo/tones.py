"""The known account's ring-back tone: a melody of our own by arithmetic, so nobody holds rights in it."""

from __future__ import annotations

import wave
from io import BytesIO

import numpy as np
import numpy.typing as npt

from dakehu.config.demo.accounts import DEMO_VPN
from dakehu.customers.api import Customer
from dakehu.enterprise_vpn.api import EnterpriseVpn
from dakehu.infra.access.api import SYSTEM
from dakehu.ringback.api import Owner, ToneSettings, owner_tones_set, tone_approve, tone_upload

_RATE = 16_000
_NOTE_S = 0.35
_NOTES = 24
_LOWEST_HZ = 440.0
_SCALE = (0, 2, 4, 7, 9)  # semitones: pentatonic


def make_tones(customer: Customer) -> None:
    """One tone that callers of the VPN hear, and one that waits at the review desk."""
    vpn = EnterpriseVpn.objects.get(customer=customer, name=DEMO_VPN)
    heard, _waiting = (
        tone_upload(actor=SYSTEM, customer_id=customer.pk, name=name, upload=melody(step))
        for name, step in (("晋阳云图迎宾曲", 3), ("晋阳云图节日曲", 5))
    )
    tone_approve(actor=SYSTEM, tone_id=heard.pk)
    settings = ToneSettings(heard.pk)
    owner_tones_set(actor=SYSTEM, kind=Owner.VPN, owner_id=vpn.pk, settings=settings)


def melody(step: int) -> BytesIO:
    """A WAV of struck notes over two octaves; `step` is how a note's degree follows from its place."""
    time = np.arange(int(_RATE * _NOTE_S)) / _RATE
    notes = [_note(time, (place * step + place * place) % 8) for place in range(_NOTES)]
    made = BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(_RATE)
        sound.writeframes((np.concatenate(notes) * 9000).astype("<i2").tobytes())
    made.seek(0)
    return made


def _note(time: npt.NDArray[np.float64], degree: int) -> npt.NDArray[np.float64]:
    octave, place = divmod(degree, len(_SCALE))
    hertz = _LOWEST_HZ * 2.0 ** (octave + _SCALE[place] / 12)
    sound = np.sin(2 * np.pi * hertz * time) + 0.4 * np.sin(4 * np.pi * hertz * time)
    return np.asarray(sound * np.exp(-5 * time))
