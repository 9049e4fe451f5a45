"""What the chapter of ring-back tones asks for: the keeper of sounds, and the products' owners of tones."""

from __future__ import annotations

import wave
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.urls import reverse

from dakehu.enterprise_vpn.api import vpn_get
from dakehu.infra.access.api import Actor
from dakehu.numbering.api import grouping, line_get
from dakehu.ringback.api import Owner, OwnerFacts, Sound, register_owner, register_sounds
from dakehu.switch.media import ToneFile, g711
from dakehu.switch.media.tonefiles import keep


class KeptSounds:
    """Sounds in the folder from which the voice process plays them."""

    @property
    def folder(self) -> Path:
        return Path(settings.HOME) / "tones"

    def keep(self, upload: BinaryIO) -> Sound:
        kept = keep(upload, self.folder)
        return Sound(kept.tone.sha256, kept.seconds)

    def wav(self, digest: str) -> bytes:
        """Linear: not every browser plays A-law."""
        made = BytesIO()
        with wave.open(made, "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(g711.RATE)
            sound.writeframes(g711.decode(ToneFile(digest).path(self.folder).read_bytes()).tobytes())
        return made.getvalue()


def register() -> None:
    """Fill the hooks of `ringback`."""
    register_sounds(KeptSounds())
    register_owner(Owner.VPN, _vpn)
    register_owner(Owner.GROUP, _group)
    register_owner(Owner.LINE, _line)


def _vpn(actor: Actor, vpn_id: int) -> OwnerFacts:
    vpn = vpn_get(actor, vpn_id)
    url = reverse("vpns-vpn-record", args=[vpn.pk])
    return OwnerFacts(vpn.customer_id, vpn.name, url)


def _group(actor: Actor, group_id: int) -> OwnerFacts:
    group = grouping().group(actor, group_id)
    return OwnerFacts(group.customer_id, group.name, reverse("centrex-group-record", args=[group_id]))


def _line(actor: Actor, line_id: int) -> OwnerFacts:
    line = line_get(actor, line_id)
    url = reverse("numbering-line-record", args=[line.pk])
    return OwnerFacts(line.customer_id, line.public_number_id, url)
