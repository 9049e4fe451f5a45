"""What one may do with managers' files, visits, hand-overs and performance contracts."""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    FILE_VIEW = "manager.view"
    FILE_CHANGE = "manager.change"
    VISIT_VIEW = "visit.view"
    VISIT_PLAN = "visit.plan"
    VISIT_COMMENT = "visit.comment"
    VISIT_RULES = "visit.rules"
    HAND_OVER_VIEW = "hand_over.view"
    HAND_OVER_SIGN = "hand_over.sign"
    HAND_OVER_APPROVE = "hand_over.approve"


class PerformancePermission(StrEnum):
    """What one may do with performance contracts; VIEW alone shows one's own."""

    VIEW = "performance.view"
    VIEW_ALL = "performance.view_all"
    ACCEPT = "performance.accept"
    PROPOSE = "performance.propose"
    ENTER = "performance.enter"
    CLOSE = "performance.close"
    REOPEN = "performance.reopen"
    DECIDE = "performance.decide"
    RULES = "performance.rules"


LABELS = {
    Permission.FILE_VIEW: _("See managers' files"),
    Permission.FILE_CHANGE: _("Change managers' files"),
    Permission.VISIT_VIEW: _("See visits and promises"),
    Permission.VISIT_PLAN: _("Plan and log one's own visits"),
    Permission.VISIT_COMMENT: _("Comment on visits"),
    Permission.VISIT_RULES: _("Change how often accounts are visited"),
    Permission.HAND_OVER_VIEW: _("See hand-overs"),
    Permission.HAND_OVER_SIGN: _("Propose and sign hand-overs"),
    Permission.HAND_OVER_APPROVE: _("Approve hand-overs"),
    PerformancePermission.VIEW: _("See one's own performance contract"),
    PerformancePermission.VIEW_ALL: _("See all performance contracts of one's view"),
    PerformancePermission.ACCEPT: _("Accept one's performance contract and appeal"),
    PerformancePermission.PROPOSE: _("Draw up performance contracts and put them in force"),
    PerformancePermission.ENTER: _("Enter figures of performance contracts"),
    PerformancePermission.CLOSE: _("Close months and years of performance contracts"),
    PerformancePermission.REOPEN: _("Open closed months again"),
    PerformancePermission.DECIDE: _("Decide appeals against closed figures"),
    PerformancePermission.RULES: _("Say which products count as new"),
}
