"""The sentences of this app's errors."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MESSAGES: dict[str, str | Promise] = {
    "notices.address_refused": _(
        "Give an address that begins with https:// or http:// and leads to another machine than this server."
    ),
    "notices.robot_name_taken": _("The unit has a robot called “%(name)s” already. Choose another name."),
    "notices.kind_unknown": _("There is no notice “%(kind)s”. Load the page anew and choose again."),
    "notices.hour_wrong": _("Choose an hour from 0 to 23."),
    "notices.robot_off": _("“%(name)s” is switched off. Switch it on first."),
    "notices.no_mail": _(
        "Nothing can be mailed: no mail server is set, or your account has no e-mail address. "
        "Ask your administrator."
    ),
}
