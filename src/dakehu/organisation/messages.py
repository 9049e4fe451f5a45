"""The sentences of this app's errors."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MESSAGES: dict[str, str | Promise] = {
    "organisation.name_missing": _("Please fill in a name."),
    "organisation.unit_name_taken": _("There is a unit called “%(name)s” here already. Choose another name."),
    "organisation.unit_too_deep": _("A team is the lowest level: no unit can be opened below it."),
    "organisation.unit_closed": _("“%(name)s” is closed. Open it again, or choose another unit."),
    "organisation.unit_not_empty": _(
        "%(units)s open units, %(users)s active users and %(accounts)s accounts are still in it. "
        "Move them first, or close it into another unit."
    ),
    "organisation.unit_level_wrong": _(
        "“%(name)s” cannot take it: a county goes to a city, a team to a county, "
        "and what is closed goes to a unit of the same level."
    ),
    "organisation.units_exhausted": _("There is no room for another unit here. Ask your administrator."),
    "organisation.username_malformed": _(
        "A sign-in name begins with a letter and has 2 to 40 letters, digits, dots, dashes or underscores."
    ),
    "organisation.username_taken": _("“%(username)s” is taken. Choose another sign-in name."),
    "organisation.rights_exceed_yours": _(
        "“%(name)s” has rights that you don't have yourself. Ask an administrator to do this."
    ),
    "organisation.last_administrator": _(
        "This is the last administrator. Make someone else administrator first."
    ),
    "organisation.not_yourself": _("This cannot be done to your own account. Ask another administrator."),
    "organisation.role_code_taken": _("The code “%(code)s” is taken by another role."),
    "organisation.code_malformed": _(
        "“%(text)s” is no code: use up to 40 letters, digits, dashes or underscores."
    ),
    "organisation.role_fixed": _("“%(name)s” may everything; its rights cannot be chosen one by one."),
    "organisation.role_in_use": _("“%(name)s” cannot be removed: %(users)s accounts have it."),
    "organisation.permission_unknown": _("No part of the system knows the right “%(permission)s”."),
    "organisation.entry_code_taken": _("The dictionary has an entry “%(entry)s” already."),
    "organisation.post_code_taken": _("The code “%(post)s” is taken by another post."),
    "organisation.looking_only": _(
        "You are looking at pages as somebody else: nothing can be changed. Go back to yourself first."
    ),
    "organisation.account_closed": _("The account of %(name)s is closed; it sees nothing."),
    "organisation.unit_unknown": _("No open unit in your view is called or numbered “%(text)s”."),
    "organisation.several_units": _("“%(text)s” may mean several: %(others)s. Write one of these."),
    "organisation.role_unknown": _("There is no role called “%(text)s”. Write it as the page of roles does."),
    "organisation.user_on_file": _(
        "%(name)s has the sign-in name “%(username)s”: the row changes that account."
    ),
    "organisation.mobile_on_file": _("%(name)s (%(username)s) has the same mobile number."),
    "organisation.signed_in_since": _(
        "%(name)s has signed in by now, so the account stays. Close it instead."
    ),
    "organisation.user_in_use": _("Other records (%(noun)s) refer to %(name)s by now, so the account stays."),
    "organisation.validity_past": _("%(day)s is over. Give a day from today on."),
    "organisation.validity_over": _("The account ended on %(day)s. Give it a later day first."),
    "organisation.nobody_waits": _("Nobody waits for a first password."),
    "organisation.sheet_gone": _(
        "The list was taken already, or is older than a day. Reset the passwords of those who lack one."
    ),
    "organisation.no_mail_set": _(
        "No link can be mailed: the operator has to set the mail server and the pages' address first."
    ),
    "organisation.client_name_taken": _("There is an API client called “%(name)s” already."),
    "organisation.token_refused": _(
        "The sign-on service's answer was not accepted (%(reason)s). "
        "Begin anew; if it happens again, tell your administrator."
    ),
    "organisation.provider_silent": _(
        "The sign-on service does not answer. Try again in a while; "
        "those who have a password here can sign in with it."
    ),
    "organisation.directory_silent": _(
        "The company's directory does not answer, so its passwords cannot be checked. Try again in a while."
    ),
    "organisation.not_known_here": _(
        "You are known to the company as “%(login)s”, but have no account here. "
        "Ask your administrator for one."
    ),
    "organisation.somebody_else": _(
        "The account “%(name)s” is bound to somebody else who had this name before. "
        "Ask your administrator to undo the binding, if the account is to be yours."
    ),
    "organisation.mapping_unreadable": _("The file of groups, units and roles cannot be read: %(reason)s"),
    "organisation.unit_unmapped": _(
        "Nothing says in which unit “%(login)s” works, so no account was opened. Ask your administrator."
    ),
    "organisation.password_elsewhere": _(
        "The password of %(name)s is not kept here. Have it changed where it is kept, "
        "or let the person sign in by a password of this system first."
    ),
    "organisation.last_local_administrator": _(
        "This is the last administrator with a password here: nobody could get in while the directory or the "
        "sign-on service is down. Give another administrator a password first."
    ),
    "organisation.way_not_set": _("This way of signing in is not set up on this installation."),
    "organisation.compare_under_way": _("A comparison is under way already. Wait for its end."),
}
