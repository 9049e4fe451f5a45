"""A customer's VPN with a melody to upload, for tests."""

from __future__ import annotations

import math
import struct
import wave
from functools import cached_property
from io import BytesIO

from dakehu.customers.api import Customer
from dakehu.infra.access.api import SYSTEM
from dakehu.numbering.testing import a_customer
from dakehu.organisation.testing import Scenario
from dakehu.ringback.models import Tone
from dakehu.ringback.services.tones import tone_upload


def a_sound(hertz: float = 700.0, seconds: float = 1.0, rate: int = 8000) -> BytesIO:
    """A WAV with one pitch."""
    made = BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        turn = 2 * math.pi * hertz / rate
        values = (int(9000 * math.sin(turn * place)) for place in range(int(seconds * rate)))
        sound.writeframes(b"".join(struct.pack("<h", value) for value in values))
    made.seek(0)
    return made


class ToneScenario:
    """A customer in Taiyuan and its tones."""

    def __init__(self, world: Scenario, customer: Customer | None = None) -> None:
        self.world = world
        self._customer = customer

    @cached_property
    def customer(self) -> Customer:
        return self._customer or a_customer(self.world, name="晋源机械有限公司")

    def tone(self, hertz: float = 700.0, name: str = "迎宾曲") -> Tone:
        """Uploaded, not reviewed."""
        upload = a_sound(hertz)
        return tone_upload(actor=SYSTEM, customer_id=self.customer.pk, name=name, upload=upload)
