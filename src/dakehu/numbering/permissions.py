"""The rights of this chapter."""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class ExchangePermission(StrEnum):
    VIEW = "exchange.view"
    CHANGE = "exchange.change"


class NumberPermission(StrEnum):
    VIEW = "number.view"
    RESERVE = "number.reserve"
    CHANGE = "number.change"


class LinePermission(StrEnum):
    VIEW = "line.view"
    CHANGE = "line.change"


class TrunkPermission(StrEnum):
    VIEW = "trunk.view"
    CHANGE = "trunk.change"


class WebphonePermission(StrEnum):
    USE = "webphone.use"


LABELS = {
    ExchangePermission.VIEW: _("See exchanges and number blocks"),
    ExchangePermission.CHANGE: _("Keep exchanges and number blocks"),
    NumberPermission.VIEW: _("See numbers"),
    NumberPermission.RESERVE: _("Reserve numbers"),
    NumberPermission.CHANGE: _("Assign, block and release numbers"),
    LinePermission.VIEW: _("See lines"),
    TrunkPermission.VIEW: _("See trunk groups"),
    TrunkPermission.CHANGE: _("Keep trunk groups"),
    WebphonePermission.USE: _("Use a telephone in the browser"),
    LinePermission.CHANGE: _("Open, suspend, resume and cease lines"),
}
