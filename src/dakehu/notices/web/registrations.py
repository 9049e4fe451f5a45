"""What this app hangs into the frame: the bell, navigation, words of its nouns."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.infra.ui.api import Bell, Chapter, NavItem, Words, register_bell, register_nav, register_words
from dakehu.notices.permissions import Permission


def register() -> None:
    register_bell(Bell("notices-bell", "notices-notice-list"))
    register_nav(
        NavItem(
            Chapter.WORKBENCH,
            _("Notices"),
            "notices-notice-list",
            icon="bell",
            order=90,
            also=("notices-preference-",),
        ),
        NavItem(Chapter.SYSTEM, _("Robots"), "notices-robot-list", Permission.ROBOT_VIEW, "robot", 92),
        NavItem(
            Chapter.SYSTEM, _("Notices sent"), "notices-dispatch-list", Permission.DISPATCH_VIEW, "send", 94
        ),
    )
    register_words(
        Words(
            "robot",
            pgettext_lazy("notice", "Robot"),
            {
                "name": _("Name"),
                "org_unit_id": _("Unit"),
                "style": _("Made by"),
                "host": _("Server"),
                "kinds": _("Kinds"),
                "language": _("Language"),
                "is_active": _("Switched on"),
                "secret": _("Address or secret"),
            },
            {"robot.try": _("Trial message sent")},
            url=lambda pk: reverse("notices-robot-record", args=[pk]),
        ),
        Words(
            "noticewish",
            _("How you are told"),
            {
                "chosen": _("Kinds"),
                "language": _("Language"),
                "quiet_from": _("Quiet from"),
                "quiet_to": pgettext_lazy("hour", "Quiet to"),
                "digest_hour": _("Once a day at"),
            },
            {"noticewish.set": pgettext_lazy("notice", "Set")},
        ),
        Words("dispatch", _("Notices sent"), {"state": _("State")}, {"dispatch.send_again": _("Sent again")}),
        Words("notice", _("Notice")),
    )
