"""What this chapter's errors say."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "report.period_invalid": _(
        "No period runs from %(first)s to %(last)s: take at most ten years, the earlier month first."
    ),
    "report.no_such_measure": _("No figure or grouping is called “%(name)s”. Choose one from the list."),
}
