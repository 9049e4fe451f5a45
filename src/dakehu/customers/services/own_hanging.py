"""What of this app hangs on a customer: contacts, collaborators, branches, earlier merges."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from dakehu.customers.models import Collaborator, Contact, Customer, Merge
from dakehu.customers.services.hanging import Hanging, Moved, register_hanging


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
        super().back(moved, gone, kept)
        Contact.objects.filter(pk__in=moved.extra).update(is_primary=True)


class _Collaborators(Hanging):
    """Who works on both files has one row at the survivor; the other is kept to come back."""

    def move(self, gone: Customer, kept: Customer) -> Iterator[Moved]:
        both = self._of(gone.pk).filter(user__in=self._of(kept.pk).values("user"))
        removed = [
            [pk, user, since.isoformat()] for pk, user, since in both.values_list("pk", "user_id", "since")
        ]
        Collaborator.objects.filter(pk__in=[pk for pk, _user, _since in removed]).delete()
        if removed:
            yield Moved([], extra=removed)
        yield from super().move(gone, kept)

    def back(self, moved: Moved, gone: Customer, kept: Customer) -> None:
        super().back(moved, gone, kept)
        Collaborator.objects.bulk_create(
            Collaborator(pk=pk, customer=gone, user_id=user, since=datetime.fromisoformat(since))
            for pk, user, since in moved.extra
        )


def register() -> None:
    register_hanging(
        _Contacts("contacts", _("Contacts"), Contact),
        _Collaborators("collaborators", _("Collaborators"), Collaborator),
        Hanging("branches", _("Branches"), Customer, column="parent"),
        Hanging("merges", _("Earlier merges"), Merge, column="kept", is_placed=True),
    )
