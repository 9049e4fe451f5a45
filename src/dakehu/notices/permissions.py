"""The rights of the robots' and the deliveries' pages. Everyone has their own notices."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    ROBOT_VIEW = "robot.view"
    ROBOT_CHANGE = "robot.change"
    DISPATCH_VIEW = "dispatch.view"
    DISPATCH_SEND = "dispatch.send"


LABELS: dict[Permission, str | Promise] = {
    Permission.ROBOT_VIEW: _("See the robots of chat groups"),
    Permission.ROBOT_CHANGE: _("Set up the robots of chat groups"),
    Permission.DISPATCH_VIEW: _("See which notices were sent and which failed"),
    Permission.DISPATCH_SEND: _("Send notices that failed again"),
}
