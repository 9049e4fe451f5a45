"""What a person keeps of a list: the last filters, the chosen columns, named views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dakehu.infra.access.api import CITY_DEPTH, SEGMENT, Actor
from dakehu.infra.audit.api import Change, record
from dakehu.infra.ui.models import SavedView
from dakehu.kernel.errors import DomainError, NotFound

_MOST_VIEWS = 50


class ViewNameMissing(DomainError):
    """A view without a name."""

    code = "ui.view_name_missing"


class TooManyViews(DomainError):
    """One person's views of one list are bounded. Data: `most`."""

    code = "ui.too_many_views"


MESSAGES = {
    ViewNameMissing.code: _("Give the view a name."),
    TooManyViews.code: _("You have %(most)s views of this list already. Delete one of them first."),
}


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a list for one person, from a single query."""

    last: SavedView | None
    views: Sequence[SavedView]

    def view(self, pk: str) -> SavedView | None:
        return next((view for view in self.views if str(view.pk) == pk), None)


def kept_for(actor: Actor, list_name: str) -> Kept:
    """The person's own row of last use and the views that are theirs or shared with them."""
    mine = Q(owner_id=_owner(actor))
    above = [actor.org_path[:end] for end in range(SEGMENT, len(actor.org_path) + 1, SEGMENT)]
    rows = list(
        SavedView.objects.filter(Q(list_name=list_name) & (mine | Q(is_shared=True, org_path__in=above)))
    )
    last = next((row for row in rows if not row.name and row.owner_id == _owner(actor)), None)
    return Kept(last, [row for row in rows if row.name])


def remember(actor: Actor, list_name: str, kept: Kept, params: str) -> None:
    """Keep the filters last used; writes only where they differ, and not for who looks on.

    No audit: nobody else sees it.
    """
    if actor.user_id is None or actor.looks_on or (kept.last.params if kept.last else "") == params:
        return
    _save_last(actor, list_name, {"params": params})


def choose_columns(actor: Actor, list_name: str, columns: Sequence[str]) -> None:
    """Keep which columns the person wants to see, in which order; empty for the usual ones."""
    _save_last(actor, list_name, {"columns": list(columns)})


def save_view(actor: Actor, view: SavedView) -> SavedView:
    """Keep a view under its name, replacing the owner's view of that name. `view` comes unsaved."""
    if not view.name:
        raise ViewNameMissing(field="name")
    with transaction.atomic():
        mine = SavedView.objects.filter(list_name=view.list_name, owner_id=_owner(actor)).exclude(name="")
        old = mine.filter(name=view.name).first()
        if old is None and mine.count() >= _MOST_VIEWS:
            raise TooManyViews(most=_MOST_VIEWS)
        before = _facts(old) if old else {}
        row = old or view
        row.params, row.columns, row.is_shared = view.params, view.columns, view.is_shared
        row.owner_id, row.owner_name = _owner(actor), actor.name
        row.place(actor.org_path)
        row.save()
        record(actor, "view.save", Change("view", row.pk, row.name, before, _facts(row)))
    return row


def delete_view(actor: Actor, pk: int) -> str:
    """Forget one of the actor's own views; gives its list's name. Raises `NotFound` for any other."""
    with transaction.atomic():
        row = SavedView.objects.filter(pk=pk, owner_id=_owner(actor)).exclude(name="").first()
        if row is None:
            raise NotFound(noun="view", id=str(pk))
        record(actor, "view.delete", Change("view", row.pk, row.name, _facts(row)))
        row.delete()
        return row.list_name


def _owner(actor: Actor) -> int:
    """Views belong to people: an actor without a user has none."""
    return actor.user_id or 0


def _save_last(actor: Actor, list_name: str, values: dict[str, object]) -> None:
    created = {
        "owner_name": actor.name,
        "org_path": actor.org_path,
        "org_city": actor.org_path[: CITY_DEPTH * SEGMENT],
    }
    SavedView.objects.update_or_create(
        list_name=list_name,
        owner_id=_owner(actor),
        name="",
        defaults=values,
        create_defaults={**created, **values},
    )


def _facts(view: SavedView) -> dict[str, object]:
    return {"list": view.list_name, "name": view.name, "is_shared": view.is_shared, "params": view.params}
