from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    PARAMETER_VIEW = "parameter.view"
    PARAMETER_CHANGE = "parameter.change"


LABELS: dict[Permission, str | Promise] = {
    Permission.PARAMETER_VIEW: _("See parameters"),
    Permission.PARAMETER_CHANGE: _("Change parameters"),
}
MESSAGES: dict[str, str | Promise] = {
    "parameters.out_of_bounds": _("Give a whole number from %(least)s to %(most)s %(unit)s."),
    "parameters.from_past": _("A value can hold from today on, not from an earlier day."),
    "parameters.in_force": _("This value holds or held: set another one from a later day instead."),
}
