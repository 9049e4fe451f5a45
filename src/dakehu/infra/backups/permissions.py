from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    BACKUP_VIEW = "backup.view"
    BACKUP_MAKE = "backup.make"


LABELS: dict[Permission, str | Promise] = {
    Permission.BACKUP_VIEW: _("See backups"),
    Permission.BACKUP_MAKE: _("Back up"),
}
MESSAGES: dict[str, str | Promise] = {
    "backups.under_way": _("A backup is being made already. Wait until it is finished."),
    "backups.broken": _("The backup %(name)s is damaged and cannot be used: %(fault)s."),
    "backups.other_database": _(
        "This backup is of a %(made_of)s database, this installation runs on %(runs_on)s. Restore it there."
    ),
    "backups.tool_failed": _("%(tool)s did not do its work: %(fault)s"),
    "backups.product_runs": _("Dakehu is running (%(where)s). Stop it, then restore."),
    "backups.no_room": _("There is too little room: %(needed_mb)s MB are needed, %(free_mb)s MB are free."),
}
