"""What of this app hangs on a customer and moves as it is, or nearly so. See `services.hanging`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from dakehu.customers.domain.churn import LIVE
from dakehu.customers.models import (
    AccountQuality,
    Agreement,
    ChurnWarning,
    Collaborator,
    CompetitorLine,
    Contact,
    Customer,
    Document,
    Equipment,
    GradePeriod,
    Merge,
    MonthlyRevenue,
    OwnershipDispute,
    OwnershipPeriod,
    QualityFault,
    QualityReminder,
    RosterEntry,
)
from dakehu.customers.services.hanging import Hanging, Moved, register_hanging
from dakehu.customers.services.hanging_history import Grades, Ownership, Revenue
from dakehu.customers.services.hanging_quality import Faults, Quality
from dakehu.customers.services.hanging_roster import Disputes, Roster
from dakehu.customers.services.hanging_rows import make_again, rows_of
from dakehu.customers.services.things import things_moved


class _Contacts(Hanging):
    """A customer has one first contact: the gone file's is none at the survivor that has one."""

    def move(self, gone: Customer, kept: Customer) -> Iterator[Moved]:
        demoted: list[int] = []
        if self._of(kept.pk).filter(is_primary=True).exists():
            first = self._of(gone.pk).filter(is_primary=True)
            demoted = list(first.values_list("pk", flat=True))
            first.update(is_primary=False)
        for moved in super().move(gone, kept):
            yield Moved(moved.ids, extra=[pk for pk in demoted if pk in moved.ids])

    def back(self, moved: Moved, gone: Customer, kept: Customer) -> None:
        """Lines of reporting that were drawn between the two files' people since are cut."""
        super().back(moved, gone, kept)
        Contact.objects.filter(pk__in=moved.extra).update(is_primary=True)
        self._of(gone.pk).filter(reports_to__customer=kept.pk).update(reports_to=None)
        self._of(kept.pk).filter(reports_to__in=moved.ids).update(reports_to=None)


class _Collaborators(Hanging):
    """Who works on both files has one row at the survivor; the other is kept to come back."""

    def move(self, gone: Customer, kept: Customer) -> Iterator[Moved]:
        both = self._of(gone.pk).filter(user__in=self._of(kept.pk).values("user"))
        removed = [
            [pk, user, since.isoformat()] for pk, user, since in both.values_list("pk", "user_id", "since")
        ]
        Collaborator.objects.filter(pk__in=[pk for pk, _user, _since in removed]).delete()
        if removed:
            yield Moved([], extra=removed, away=len(removed))
        yield from super().move(gone, kept)

    def back(self, moved: Moved, gone: Customer, kept: Customer) -> None:
        super().back(moved, gone, kept)
        Collaborator.objects.bulk_create(
            Collaborator(pk=pk, customer=gone, user_id=user, since=datetime.fromisoformat(since))
            for pk, user, since in moved.extra
        )


class _Warnings(Hanging):
    """An account has one warning in hand: the gone file's is put away where the survivor has one."""

    def move(self, gone: Customer, kept: Customer) -> Iterator[Moved]:
        live = [str(state) for state in LIVE]
        if self._of(kept.pk).filter(state__in=live).exists():
            second = self._of(gone.pk).filter(state__in=live)
            away: list[Any] = rows_of(second)
            second.delete()
            if away:
                yield Moved([], extra=away, away=len(away))
        yield from super().move(gone, kept)

    def back(self, moved: Moved, gone: Customer, kept: Customer) -> None:
        super().back(moved, gone, kept)
        make_again(ChurnWarning, moved.extra)


def register() -> None:
    register_hanging(
        _Contacts("contacts", _("Contacts"), Contact, tell=things_moved("contact")),
        _Collaborators("collaborators", _("Collaborators"), Collaborator),
        Hanging("branches", _("Branches"), Customer, column="parent"),
        Hanging(
            "competitor_lines", _("Competitors’ lines"), CompetitorLine, tell=things_moved("competitor_line")
        ),
        Hanging("equipment", _("Equipment on site"), Equipment, tell=things_moved("equipment")),
        Hanging("agreements", _("Contracts"), Agreement, tell=things_moved("agreement")),
        Hanging("documents", _("Documents"), Document, tell=things_moved("document")),
        Revenue("revenue", _("Billed revenue"), MonthlyRevenue),
        _Warnings("churn_warnings", _("Churn warnings"), ChurnWarning),
        Roster("roster", _("Named-account list"), RosterEntry),
        Disputes("disputes", _("Ownership disputes"), OwnershipDispute),
        Ownership("ownership", _("Owners in turn"), OwnershipPeriod),
        Grades("grades", _("Grades in turn"), GradePeriod),
        Grades("quality_reminders", _("Reminders of missing data"), QualityReminder),
        Faults("quality_faults", _("Faults of the file"), QualityFault),
        Quality("quality", _("Quality of the file"), AccountQuality),
        Hanging("merges", _("Earlier merges"), Merge, column="kept", is_placed=True),
    )
