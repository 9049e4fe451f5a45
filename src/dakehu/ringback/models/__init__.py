from __future__ import annotations

from dakehu.ringback.models.tones import OwnerTones, RuleRow, Tone

__all__ = ["OwnerTones", "RuleRow", "Tone"]
