"""Why an uploaded tone is not taken."""

from __future__ import annotations

from dakehu.switch.media.errors import MediaError


class ToneRefused(MediaError):
    """Base of the reasons below."""


class ToneTooBig(ToneRefused):
    """More octets than a tone may have. Data: `most_mb`."""

    code = "switch.tone_too_big"


class ToneUnknown(ToneRefused):
    """Neither a WAV (linear, A-law, µ-law, mono or stereo) nor an MP3."""

    code = "switch.tone_unknown"


class ToneTruncated(ToneRefused):
    """The file ends before the sound its header speaks of. Data: `seconds` that are there, `declared_s`."""

    code = "switch.tone_truncated"


class ToneEmpty(ToneRefused):
    """No sound, or less than `least_s` seconds."""

    code = "switch.tone_empty"


class ToneTooLong(ToneRefused):
    """Data: `seconds` (MP3: as far as was read), `most_s`."""

    code = "switch.tone_too_long"


class ToneTooQuiet(ToneRefused):
    """Nothing that a telephone could let hear. Data: `level_db` below full scale."""

    code = "switch.tone_too_quiet"


class ToneTooLoud(ToneRefused):
    """Cut at full scale, so distorted for good. Data: `percent` of it."""

    code = "switch.tone_too_loud"
