"""Pages of duplicates: the desk, the choice of a second file, the two side by side, merges and undoing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dakehu.customers.domain.alike import Closeness
from dakehu.customers.domain.merging import CHOOSABLE, MergeWithItself, suggested
from dakehu.customers.models import Customer
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.customers import customer_get
from dakehu.customers.selectors.pairs import pairs_page
from dakehu.customers.services.hanging import hangings
from dakehu.customers.services.merging import customers_merge
from dakehu.customers.services.searching import KIND, declare_distinct, search_start
from dakehu.customers.web.merge_words import LABELS, field_shown
from dakehu.customers.web.words import url_of
from dakehu.infra.access.api import Actor
from dakehu.infra.audit.api import snapshot
from dakehu.infra.errors import faults_of
from dakehu.infra.jobs.models import Job
from dakehu.infra.ui.api import (
    Badge,
    FormPage,
    PickField,
    Tone,
    actor_of,
    form_page,
    go_to,
    page,
)
from dakehu.infra.ui.jobs import JOB_STATES
from dakehu.infra.ui.pages import status_of
from dakehu.kernel.errors import Conflict, DomainError, NotAllowed, NotFound

CLOSENESS = {
    Closeness.CODE: Badge(gettext_lazy("same credit code"), Tone.BAD),
    Closeness.NAME: Badge(pgettext_lazy("duplicate", "same name"), Tone.BAD),
    Closeness.PLACE: Badge(gettext_lazy("same name but for the place"), Tone.WARN),
    Closeness.SOUND: Badge(gettext_lazy("sounds the same"), Tone.WARN),
    Closeness.SIGN_SLIP: Badge(gettext_lazy("one character differs"), Tone.NEUTRAL),
    Closeness.SOUND_SLIP: Badge(gettext_lazy("nearly sounds the same"), Tone.QUIET),
    Closeness.SHORT_SLIP: Badge(gettext_lazy("one character differs"), Tone.QUIET),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One field of both files as it reads; `take_gone`: the other file's value is chosen."""

    name: str
    label: str | Promise
    kept: str
    gone: str
    differs: bool
    take_gone: bool


class OtherForm(forms.Form):
    other = PickField(
        source="customers",
        label=gettext_lazy("The other file of this customer"),
        help_text=gettext_lazy("You see both side by side before anything is done."),
    )


@page(Permission.MERGE, methods=("GET",))
def duplicate_list(request: HttpRequest) -> HttpResponse:
    """Groups of likely duplicates, with the search that finds them."""
    actor = actor_of(request)
    text = request.GET.get("page", "1")
    number = max(1, int(text[:6])) if text.isdecimal() else 1
    job = Job.objects.filter(kind=KIND, owner_id=actor.user_id).order_by("-created_at").first()
    context = {
        "title": _("Duplicate customers"),
        "found": pairs_page(actor, number),
        "page": number,
        "words": CLOSENESS,
        "job": job,
        "badge": JOB_STATES[job.state] if job else None,
    }
    return render(request, "customers/duplicates.html", context)


@page(Permission.MERGE, methods=("POST",))
def duplicate_search(request: HttpRequest) -> HttpResponse:
    search_start(actor=actor_of(request))
    return go_to(request, reverse("customers-duplicate-list"))


@page(Permission.MERGE, methods=("POST",))
def duplicate_distinct(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    declare_distinct(actor=actor_of(request), low=pk, high=other)
    messages.success(request, _("Remembered: these are two customers."))
    return go_to(request, reverse("customers-duplicate-list"))


@page(Permission.MERGE, methods=("GET", "POST"))
def merge_choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Which file is to be merged with this one."""
    customer = customer_get(actor_of(request), pk)
    form = OtherForm(request.POST or None)

    def save(values: dict[str, Any]) -> str:
        other = str(values["other"])
        if other == str(pk):
            raise MergeWithItself(field="other")
        found = customer_get(actor_of(request), other)
        return reverse("customers-merge-pair", args=[pk, found.pk])

    title = _("Merge %(name)s with another file") % {"name": customer.name}
    return form_page(request, FormPage(title, form, back=url_of(pk), noun="customer"), save)


@page(Permission.MERGE, methods=("GET", "POST"))
def merge_pair(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """Both files side by side: `pk` stays, `other` goes; each field is chosen."""
    actor = actor_of(request)
    if pk == other:
        raise MergeWithItself
    kept, gone = customer_get(actor, pk), customer_get(actor, other)
    if request.method != "POST":
        return _side_by_side(request, kept, gone, suggested(snapshot(kept), snapshot(gone)))
    taken = {name for name in CHOOSABLE if request.POST.get(f"field_{name}") == "gone"}
    versions = (_number(request, "kept_version"), _number(request, "gone_version"))
    try:
        merge = customers_merge(actor=actor, kept_id=pk, gone_id=other, versions=versions, taken=taken)
    except (NotFound, NotAllowed):
        raise
    except DomainError as refused:
        return _side_by_side(request, kept, gone, taken, refused)
    name = f"{merge.gone_name}（{merge.gone_code}）"
    messages.success(request, _("%(name)s was merged into this file.") % {"name": name})
    return go_to(request, url_of(pk))


def _side_by_side(
    request: HttpRequest,
    kept: Customer,
    gone: Customer,
    taken: Collection[str],
    refused: DomainError | None = None,
) -> HttpResponse:
    """With what was chosen; where a merge was refused, with the reason and the files as they are now."""
    hanging = [(each.label, *each.counts(kept.pk, gone.pk)) for each in hangings()]
    context = {
        "title": _("Merge two files of one customer"),
        "kept": kept,
        "gone": gone,
        "rows": _rows(actor_of(request), kept, gone, taken),
        "hanging": [each for each in hanging if each[1] or each[2]],
        "back": (_("Duplicate customers"), reverse("customers-duplicate-list")),
        "refused": _sentence(refused) if refused else "",
    }
    return render(request, "customers/merge.html", context, status=status_of(refused) if refused else 200)


def _sentence(refused: DomainError) -> str:
    if isinstance(refused, Conflict):
        return _("Somebody changed one of the files since you opened this page. Look at the values again.")
    return " ".join(sentence for _field, sentence in faults_of(refused))


def _rows(actor: Actor, kept: Customer, gone: Customer, taken: Collection[str]) -> list[Row]:
    left, right = snapshot(kept), snapshot(gone)
    return [
        Row(
            name,
            LABELS[name],
            field_shown(actor, name, left[name]),
            field_shown(actor, name, right[name]),
            left[name] != right[name],
            name in taken,
        )
        for name in CHOOSABLE
    ]


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    if not text.isdecimal():
        raise NotFound(noun="version", id=text)
    return int(text)
