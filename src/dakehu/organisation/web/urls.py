"""Sign-in, one's own account, and the system pages.

Of allauth's routes only those are here that this system uses: nobody signs up, and a forgotten password is
reset by an administrator, not by mail.
"""

from __future__ import annotations

from allauth.account import views as account_views
from allauth.mfa.base import views as mfa_views
from allauth.mfa.recovery_codes import views as recovery_views
from allauth.mfa.totp import views as totp_views
from django.urls import path

from dakehu.organisation.web import (
    account,
    backups,
    calendar,
    clients,
    dictionaries,
    firstpasswords,
    parameters,
    roles,
    sight,
    sign_on,
    sign_on_page,
    trail,
    units,
    users,
    ways,
)

_account = [
    path("accounts/login/", account.SignInView.as_view(), name="account_login"),
    path("accounts/oidc/<slug:provider_id>/", sign_on.leave, name="openid_connect_login"),
    path("accounts/oidc/<slug:provider_id>/callback/", sign_on.come_back, name="openid_connect_callback"),
    path("accounts/logout/", account_views.logout, name="account_logout"),
    path("accounts/inactive/", account_views.account_inactive, name="account_inactive"),
    path("accounts/reauthenticate/", account_views.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/", account.own_password, name="account_change_password"),
    path("accounts/sessions/", account.OwnSessionsView.as_view(), name="usersessions_list"),
    path("accounts/sessions/<int:pk>/end/", account.session_end, name="organisation-session-end"),
    path("accounts/2fa/", mfa_views.index, name="mfa_index"),
    path("accounts/2fa/authenticate/", mfa_views.authenticate, name="mfa_authenticate"),
    path("accounts/2fa/reauthenticate/", mfa_views.reauthenticate, name="mfa_reauthenticate"),
    path("accounts/2fa/totp/activate/", totp_views.activate_totp, name="mfa_activate_totp"),
    path("accounts/2fa/totp/deactivate/", totp_views.deactivate_totp, name="mfa_deactivate_totp"),
    path("accounts/2fa/codes/", recovery_views.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "accounts/2fa/codes/generate/",
        recovery_views.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "accounts/2fa/codes/download/",
        recovery_views.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path("accounts/profile/", account.profile, name="organisation-profile-record"),
]
_organisation = [
    path("system/units/", units.unit_list, name="organisation-unit-list"),
    path("system/units/<int:parent>/new/", units.unit_new, name="organisation-unit-create"),
    path("system/units/<int:pk>/", units.unit_edit, name="organisation-unit-change"),
    path("system/units/<int:pk>/move/", units.unit_relocate, name="organisation-unit-move"),
    path("system/units/<int:pk>/close/", units.unit_shut, name="organisation-unit-close"),
    path("system/units/<int:pk>/state/", units.unit_open_or_close, name="organisation-unit-state"),
    path("system/users/", users.user_list, name="organisation-user-list"),
    path("system/users/new/", users.user_new, name="organisation-user-create"),
    path("system/users/export/", firstpasswords.user_export, name="organisation-user-export"),
    path("system/users/passwords/", firstpasswords.passwords, name="organisation-user-passwords"),
    path(
        "system/users/passwords/new/", firstpasswords.passwords_make, name="organisation-user-passwords-make"
    ),
    path(
        "system/users/passwords/mail/", firstpasswords.passwords_mail, name="organisation-user-passwords-mail"
    ),
    path(
        "system/users/passwords/<int:pk>/",
        firstpasswords.passwords_take,
        name="organisation-user-passwords-take",
    ),
    path(
        "accounts/first/<str:uidb64>/<str:token>/",
        firstpasswords.FirstPasswordView.as_view(),
        name="organisation-user-first",
    ),
    path("system/users/<int:pk>/", users.user_record, name="organisation-user-record"),
    path("system/users/<int:pk>/see-as/", sight.sight_start, name="organisation-user-see-as"),
    path("system/sight/end/", sight.sight_stop, name="organisation-sight-end"),
    path("system/users/<int:pk>/change/", users.user_edit, name="organisation-user-change"),
    path("system/users/<int:pk>/password/", users.user_reset, name="organisation-user-reset"),
    path("system/users/<int:pk>/close/", users.user_close, name="organisation-user-close"),
    path("system/users/<int:pk>/way/", ways.user_way, name="organisation-user-way"),
    path("system/users/<int:pk>/unbind/", ways.user_unbound, name="organisation-user-unbind"),
    path("system/users/<int:pk>/reopen/", users.user_reopen, name="organisation-user-reopen"),
    path("system/roles/", roles.role_list, name="organisation-role-list"),
    path("system/roles/new/", roles.role_new, name="organisation-role-create"),
    path("system/roles/<int:pk>/", roles.role_edit, name="organisation-role-change"),
    path("system/roles/<int:pk>/delete/", roles.role_remove, name="organisation-role-delete"),
    path("system/posts/", roles.post_list, name="organisation-post-list"),
    path("system/posts/new/", roles.post_new, name="organisation-post-create"),
    path("system/posts/<int:pk>/", roles.post_edit, name="organisation-post-change"),
]
_reference = [
    path("system/dictionaries/", dictionaries.dictionary_list, name="organisation-dictionary-list"),
    path(
        "system/dictionaries/<slug:code>/",
        dictionaries.dictionary_list,
        name="organisation-dictionary-record",
    ),
    path(
        "system/dictionaries/<slug:code>/new/",
        dictionaries.entry_new,
        name="organisation-dictionary-create",
    ),
    path(
        "system/dictionaries/entries/<int:pk>/",
        dictionaries.entry_edit,
        name="organisation-dictionary-change",
    ),
    path("system/calendar/", calendar.calendar_year, name="organisation-calendar-list"),
    path("system/calendar/<int:year>/", calendar.calendar_year, name="organisation-calendar-year"),
    path("system/calendar/<int:year>/notice/", calendar.calendar_notice, name="organisation-calendar-change"),
]
_watch = [
    path("system/parameters/", parameters.parameter_list, name="organisation-parameter-list"),
    path(
        "system/parameters/<int:pk>/withdraw/",
        parameters.parameter_take_back,
        name="organisation-parameter-withdraw",
    ),
    path("system/parameters/<str:name>/", parameters.parameter_record, name="organisation-parameter-record"),
    path("system/backups/", backups.backup_list, name="organisation-backup-list"),
    path("system/backups/new/", backups.backup_now, name="organisation-backup-create"),
    path("system/sign-on/", sign_on_page.sign_on_record, name="organisation-sign-on-record"),
    path("system/sign-on/check/", sign_on_page.sign_on_check, name="organisation-sign-on-check"),
    path("system/sign-on/compare/", sign_on_page.sign_on_compare, name="organisation-sign-on-compare"),
    path("system/audit/", trail.audit_list, name="organisation-audit-list"),
    path("system/audit/<int:pk>/", trail.audit_record, name="organisation-audit-record"),
    path("system/outbox/", trail.outbox_list, name="organisation-outbox-list"),
    path("system/outbox/<int:pk>/", trail.outbox_record, name="organisation-outbox-record"),
    path("system/outbox/<int:pk>/again/", trail.outbox_again, name="organisation-outbox-again"),
    path("system/clients/", clients.client_list, name="organisation-client-list"),
    path("system/clients/new/", clients.client_new, name="organisation-client-create"),
    path("system/clients/<int:pk>/", clients.client_record, name="organisation-client-record"),
    path("system/clients/<int:pk>/secret/", clients.client_renew, name="organisation-client-renew"),
    path("system/clients/<int:pk>/revoke/", clients.client_end, name="organisation-client-revoke"),
]
urlpatterns = [*_account, *_organisation, *_reference, *_watch]
