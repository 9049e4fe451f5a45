"""Pages of merges that were done: their list, one of them with all that it moved, and undoing it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dakehu.customers.domain.merging import CHOOSABLE, UndoFieldChanged
from dakehu.customers.models import Merge
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.merges import merge_get, moved_counts
from dakehu.customers.services.hanging import hangings
from dakehu.customers.services.unmerging import merge_undo
from dakehu.customers.web.merge_words import LABELS, field_shown
from dakehu.customers.web.words import url_of
from dakehu.infra.access.api import Actor
from dakehu.infra.ui.api import (
    Action,
    Badge,
    Button,
    Column,
    CustomFilter,
    DateFilter,
    EmptyState,
    Fact,
    Kind,
    ListSpec,
    Record,
    Tab,
    Tone,
    actor_of,
    go_to,
    list_view,
    page,
    record_page,
)
from dakehu.kernel.text import clean_line

_DONE, _UNDONE = "done", "undone"
STATES = {
    _DONE: Badge(pgettext_lazy("merge", "Merged"), Tone.GOOD),
    _UNDONE: Badge(pgettext_lazy("merge", "Undone"), Tone.QUIET),
}


def merge_url(pk: int) -> str:
    return reverse("customers-merge-record", args=[pk])


def _state(row: Merge) -> str:
    return _DONE if row.undone_at is None else _UNDONE


def _in_state(rows: QuerySet[Merge], value: str) -> QuerySet[Merge]:
    return rows.filter(undone_at__isnull=value == _DONE)


def _states(_actor: Actor) -> forms.Field:
    choices = [(key, badge.label) for key, badge in STATES.items()]
    return forms.ChoiceField(choices=[("", _("State")), *choices], required=False)


def _search(rows: QuerySet[Merge], text: str) -> QuerySet[Merge]:
    text = clean_line(text)
    code = text.upper()
    return rows.filter(
        Q(gone_name__icontains=text) | Q(kept__name__icontains=text) | Q(gone_code=code) | Q(kept__code=code)
    )


MERGES = ListSpec[Merge](
    name="customers.merge",
    title=gettext_lazy("Merges"),
    permission=Permission.MERGE,
    noun="merge",
    queryset=lambda _actor: Merge.objects.select_related("kept"),
    columns=[
        Column("gone_name", gettext_lazy("Gone file"), Kind.LINK),
        Column("gone_code", gettext_lazy("Its account number"), Kind.CODE),
        Column(
            "kept",
            gettext_lazy("Merged into"),
            value=lambda row: row.kept.name,
            url=lambda row: url_of(row.kept_id),
        ),
        Column("kept__code", gettext_lazy("Account number"), Kind.CODE),
        Column("state", gettext_lazy("State"), Kind.STATE, value=_state, states=STATES),
        Column("at", pgettext_lazy("merge", "Merged at"), Kind.MOMENT, sort="at"),
        Column("by_name", pgettext_lazy("merge", "Merged by")),
        Column("undone_at", gettext_lazy("Undone at"), Kind.MOMENT, shown=False),
        Column("undone_by", gettext_lazy("Undone by"), shown=False),
    ],
    sort="-at",
    filters=[
        CustomFilter("state", gettext_lazy("State"), field=_states, apply=_in_state),
        DateFilter("at", pgettext_lazy("merge", "Merged at")),
    ],
    search=_search,
    search_hint=gettext_lazy("Part of either file’s name, or an account number"),
    row_url=lambda row: merge_url(row.pk),
    actions=[
        Action(gettext_lazy("Duplicate customers"), "customers-duplicate-list", Permission.MERGE, "copy")
    ],
    empty=EmptyState(
        gettext_lazy("Nothing was merged yet"),
        gettext_lazy("What you merge stands here, with all that moved, and can be undone."),
        "arrows-join",
    ),
)
merge_list = list_view(MERGES)


@page(Permission.MERGE, methods=("GET",))
def merge_record(request: HttpRequest, pk: int) -> HttpResponse:
    """What one merge changed and moved."""
    actor = actor_of(request)
    merge = merge_get(actor, pk)
    changed = {"rows": _changed(actor, merge), "moved": _moved(merge), "kept": merge.kept}
    undone = merge.undone_at is not None
    undo = Button(
        _("Undo the merge"),
        reverse("customers-merge-undo", args=[merge.pk]),
        "arrow-back-up",
        Permission.MERGE,
        post=True,
        is_dangerous=True,
        question=_("Undo the merge and put %(name)s back as it was?") % {"name": merge.gone_name},
    )
    return record_page(
        request,
        Record(
            noun="merge",
            object_id=merge.pk,
            title=f"{merge.gone_name} → {merge.kept.name}",
            subtitle=_("Merge of two files"),
            badges=[STATES[_state(merge)]],
            buttons=[] if undone else [undo],
            tabs=[
                Tab(
                    "merge",
                    pgettext_lazy("merge", "What it did"),
                    "customers/merged.html",
                    {**changed, "facts": _facts(merge)},
                )
            ],
            back=(_("Merges"), reverse("customers-merge-list")),
        ),
    )


@page(Permission.MERGE, methods=("POST",))
def merge_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo one merge."""
    try:
        gone = merge_undo(actor=actor_of(request), merge_id=pk)
    except UndoFieldChanged as error:
        names = str(error.data["fields"]).split(", ")
        words = ", ".join(str(LABELS[name]) for name in names)
        raise UndoFieldChanged(fields=words) from None
    messages.success(request, _("The merge is undone: %(name)s is there again.") % {"name": gone.name})
    return go_to(request, url_of(gone.pk))


def _facts(merge: Merge) -> list[Fact]:
    return [
        Fact(_("Gone file"), f"{merge.gone_name} · {merge.gone_code}"),
        Fact(_("Merged into"), f"{merge.kept.name} · {merge.kept.code}", url=url_of(merge.kept_id)),
        Fact(pgettext_lazy("merge", "Merged at"), merge.at, Kind.MOMENT),
        Fact(pgettext_lazy("merge", "Merged by"), merge.by_name),
        Fact(_("Undone at"), merge.undone_at, Kind.MOMENT),
        Fact(_("Undone by"), merge.undone_by),
    ]


def _changed(actor: Actor, merge: Merge) -> list[tuple[Any, str, str, str]]:
    """Fields that differed, as the survivor had them, as the gone file had them, as they became."""
    before: Mapping[str, Any] = merge.before
    return [
        (
            LABELS[name],
            field_shown(actor, name, before[name]),
            field_shown(actor, name, merge.row[name]),
            field_shown(actor, name, merge.after[name]),
        )
        for name in CHOOSABLE
        if before[name] != merge.row[name]
    ]


def _moved(merge: Merge) -> list[tuple[Any, int]]:
    counts = moved_counts(merge)
    return [(each.label, counts[each.name]) for each in hangings() if counts.get(each.name)]
