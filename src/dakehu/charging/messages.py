"""What this chapter's errors say."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "charging.line_not_published": _(
        "The line %(number)s is not in the voice directory. A line opened just now is there in a few seconds."
    ),
    "charging.owner_unseen": _("%(short)s is no short number of a line that you may see."),
    "directory.unreadable": _("The voice directory is not there yet. Start the worker, and ask again."),
    "charging.rate_missing": _("Give a price for each class of call; these have none: %(classes)s."),
    "charging.rate_invalid": _("A period needs at least one second and a price cannot be negative."),
    "charging.tariff_not_new": _(
        "A tariff starts on a day to come, after all published ones; %(day)s does not. Choose a later day."
    ),
}
