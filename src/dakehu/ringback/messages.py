"""What this chapter's errors say, and what the media engine says of an upload."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "ringback.reason_missing": _("Say why: whoever uploaded the tone reads it."),
    "ringback.name_missing": _("Give the tone a name."),
    "ringback.tone_foreign": _(
        "Choose a tone of this customer that was neither refused nor withdrawn (not “%(tone)s”)."
    ),
    "ringback.too_many_rules": _("No more than %(most)s rules; put together what belongs together."),
    "ringback.sound_lost": _("The sound of this tone is no longer there. Upload it once more."),
    "switch.tone_too_big": _("The file is larger than %(most_mb)s MB. Shorten or compress it."),
    "switch.tone_unknown": _(
        "Whatever its name says, this is no WAV or MP3 sound. Save it as WAV or MP3, mono or stereo."
    ),
    "switch.tone_truncated": _(
        "The file ends after %(seconds)s of %(declared_s)s seconds: it was not copied whole. Upload it again."
    ),
    "switch.tone_empty": _("The file has no sound, or less than %(least_s)s seconds of it."),
    "switch.tone_too_long": _(
        "The sound is longer than a tone may be: %(most_s)s seconds. Cut it; a caller seldom hears more."
    ),
    "switch.tone_too_quiet": _("A telephone would let nobody hear this sound. Record it louder."),
    "switch.tone_too_loud": _(
        "%(percent)s percent of the sound is cut off at full level, so it is distorted. Record it softer."
    ),
}
