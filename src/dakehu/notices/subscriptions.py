"""The kinds of notice of the parts below: accounts, imports, jobs, backups. Apps above register their own."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dakehu.infra.backups.api import Permission as BackupPermission
from dakehu.infra.outbox.api import Event
from dakehu.infra.ui.api import Tone
from dakehu.notices.kinds import Draft, Kind, register_kind
from dakehu.notices.services.robots import TRIAL
from dakehu.organisation.api import User, first_password_link, people_with

_BACKUP = "backups.make"
_PROVINCE = "0001"


def register() -> None:
    """Called from `AppConfig.ready`."""
    register_kind(
        Kind(
            "import.ended",
            _("Import ended"),
            _("“%(file)s”: %(committed)s rows imported, %(faulty)s left with faults."),
            topics=("import.ended",),
            make=_import_ended,
            is_personal=True,
            icon="file-import",
        ),
        Kind(
            "job.failed",
            _("Background work failed"),
            _("“%(title)s” failed: %(error)s"),
            topics=("job.failed",),
            make=_job_failed,
            is_personal=True,
            icon="alert-triangle",
            tone=Tone.BAD,
        ),
        Kind(
            "backup.failed",
            _("Backup failed"),
            _("The backup failed: %(error)s It is tried again in an hour."),
            topics=("job.failed",),
            make=_backup_failed,
            icon="database-off",
            tone=Tone.BAD,
            mail=True,
            urgent=True,
        ),
        Kind(
            "account.invited",
            _("Your account"),
            _("An account is open for you; your sign-in name is %(username)s. Set your password here:"),
            topics=("user.invited",),
            make=_invited,
            link=first_password_link,
        ),
        Kind(TRIAL, _("Trial"), _("A trial message from Dakehu, sent by %(who)s."), link=lambda _user: ""),
    )


def _invited(event: Event) -> Iterable[Draft]:
    user = User.objects.filter(pk=event.key).first()
    if user is not None:
        yield Draft([user.pk], {"username": user.username})


def _import_ended(event: Event) -> Iterable[Draft]:
    facts = {key: event.payload[key] for key in ("file", "committed", "faulty")}
    url = reverse("importing-batch-record", args=[event.key])
    yield Draft([event.payload["owner"]], facts, url=url)


def _job_failed(event: Event) -> Iterable[Draft]:
    owner = event.payload["owner"]
    if owner is not None and event.payload["kind"] != _BACKUP:
        facts = {"title": event.payload["title"], "error": event.payload["error"]}
        yield Draft([owner], facts, url=reverse("ui-job-record", args=[event.key]))


def _backup_failed(event: Event) -> Iterable[Draft]:
    if event.payload["kind"] == _BACKUP:
        people = people_with(BackupPermission.BACKUP_MAKE)
        yield Draft(
            people, {"error": event.payload["error"]}, url=reverse("organisation-backup-list"), path=_PROVINCE
        )
