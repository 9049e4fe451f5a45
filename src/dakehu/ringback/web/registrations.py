"""Where this chapter hangs into the frame."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.infra.ui.api import (
    Chapter,
    NavItem,
    Panel,
    Part,
    Words,
    extend_words,
    register_nav,
    register_panel,
    register_words,
)
from dakehu.ringback.domain.choice import Owner
from dakehu.ringback.permissions import RingbackPermission
from dakehu.ringback.web.words import STATES, rules_shown

_FIELDS = {
    "tone_default": _("Usual tone"),
    "tone_rules": _("Rules of ring-back tones"),
    "personal_wins": _("A member's personal tone comes first"),
}


def register() -> None:
    view = RingbackPermission.VIEW
    register_nav(
        NavItem(
            Chapter.ORDERS,
            _("Ring-back tones"),
            "ringback-tone-list",
            view,
            "music",
            57,
            also=("ringback-owner-",),
        ),
        NavItem(
            Chapter.ORDERS,
            _("Review of ring-back tones"),
            "ringback-review-list",
            RingbackPermission.REVIEW,
            "ear",
            58,
        ),
    )
    label = _("Ring-back tones")
    register_panel(
        Panel("customer", "tones", label, "ringback-customer-panel", view, 47, Part.SERVICES),
        Panel("vpn", "vpn-tones", label, "ringback-vpn-panel", view),
        Panel("group", "group-tones", label, "ringback-group-panel", view),
        Panel("line", "line-tones", label, "ringback-line-panel", view),
    )
    for owner in Owner:
        actions = {"ringback.set": _("set the ring-back tones")}
        extend_words(Words(owner, "", _FIELDS, actions, {"tone_rules": rules_shown}))
    register_words(
        Words(
            "tone",
            pgettext_lazy("ringback", "Tone"),
            fields={
                "name": _("Name of the tone"),
                "state": _("State"),
                "reason": _("Reason"),
            },
            actions={
                "ringback.upload": _("uploaded the tone"),
                "ringback.approve": _("approved the tone"),
                "ringback.refuse": _("refused the tone"),
                "ringback.withdraw": _("withdrew the tone"),
            },
            shown={"state": lambda state: str(STATES[state].label) if state else ""},
            url=lambda pk: reverse("ringback-tone-record", args=[pk]),
        )
    )
