"""What this chapter's errors say."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "charging.rate_missing": _("Give a price for each class of call; these have none: %(classes)s."),
    "charging.rate_invalid": _("A period needs at least one second and a price cannot be negative."),
    "charging.tariff_not_new": _(
        "A tariff starts on a day to come, after all published ones; %(day)s does not. Choose a later day."
    ),
}
