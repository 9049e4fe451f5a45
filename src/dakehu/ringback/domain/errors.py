"""What ring-back tones refuse."""

from __future__ import annotations

from dakehu.kernel.errors import DomainError


class ReasonMissing(DomainError):
    """A refusal or a withdrawal says why (VPN-17)."""

    code = "ringback.reason_missing"


class NameMissing(DomainError):
    """A tone has a name by which people choose it."""

    code = "ringback.name_missing"


class ToneForeign(DomainError):
    """The tone is another customer's, refused or withdrawn. Data: `tone`."""

    code = "ringback.tone_foreign"


class TooManyRules(DomainError):
    """An owner has a few rules. Data: `most`."""

    code = "ringback.too_many_rules"


class SoundLost(DomainError):
    """The sound of a tone is no longer on disk."""

    code = "ringback.sound_lost"
