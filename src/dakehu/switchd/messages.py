"""What this chapter's errors say."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "switchd.alarm_refused": _("The line %(number)s takes no calls, so it can't be woken. Resume it first."),
}
