"""The rights of this chapter."""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class RingbackPermission(StrEnum):
    VIEW = "tone.view"
    CHANGE = "tone.change"
    REVIEW = "tone.review"


LABELS = {
    RingbackPermission.VIEW: _("See and hear ring-back tones"),
    RingbackPermission.CHANGE: _("Upload ring-back tones and set who hears them"),
    RingbackPermission.REVIEW: _("Review ring-back tones"),
}
