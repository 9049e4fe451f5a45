"""The rights of this app's pages, and of the system pages it owns."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    UNIT_VIEW = "unit.view"
    UNIT_CHANGE = "unit.change"
    USER_VIEW = "user.view"
    USER_CHANGE = "user.change"
    USER_SEE_AS = "user.see_as"
    ROLE_VIEW = "role.view"
    ROLE_CHANGE = "role.change"
    POST_VIEW = "post.view"
    POST_CHANGE = "post.change"
    DICTIONARY_VIEW = "dictionary.view"
    DICTIONARY_CHANGE = "dictionary.change"
    AUDIT_VIEW = "audit.view"
    JOB_VIEW_ALL = "job.view_all"
    OUTBOX_VIEW = "outbox.view"
    OUTBOX_SEND = "outbox.send"
    CLIENT_VIEW = "client.view"
    CLIENT_CHANGE = "client.change"
    SIGN_ON_VIEW = "sign_on.view"
    SIGN_ON_RUN = "sign_on.run"


LABELS: dict[Permission, str | Promise] = {
    Permission.UNIT_VIEW: _("See the organisation"),
    Permission.UNIT_CHANGE: _("Change the organisation"),
    Permission.USER_VIEW: _("See users"),
    Permission.USER_CHANGE: _("Open, change and close users"),
    Permission.USER_SEE_AS: _("See pages as another user does"),
    Permission.ROLE_VIEW: _("See roles and their rights"),
    Permission.ROLE_CHANGE: _("Change roles and their rights"),
    Permission.POST_VIEW: _("See posts"),
    Permission.POST_CHANGE: _("Change posts"),
    Permission.DICTIONARY_VIEW: _("See dictionaries"),
    Permission.DICTIONARY_CHANGE: _("Change dictionaries"),
    Permission.AUDIT_VIEW: _("Search the audit trail"),
    Permission.JOB_VIEW_ALL: _("See everyone's background jobs"),
    Permission.OUTBOX_VIEW: _("See parked deliveries"),
    Permission.OUTBOX_SEND: _("Send parked deliveries again"),
    Permission.CLIENT_VIEW: _("See API clients"),
    Permission.CLIENT_CHANGE: _("Create and revoke API clients"),
    Permission.SIGN_ON_VIEW: _("See and check single sign-on"),
    Permission.SIGN_ON_RUN: _("Compare people with the directory"),
}
