"""Dictionaries: which there are, and the entries of each."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from dakehu.infra.ui.api import FormPage, actor_of, form_page, page
from dakehu.organisation.models import Dictionary, DictionaryEntry
from dakehu.organisation.permissions import Permission
from dakehu.organisation.services.dictionaries import EntryDetails, entry_change, entry_create
from dakehu.organisation.web.forms import EntryForm


@page(Permission.DICTIONARY_VIEW, methods=("GET",))
def dictionary_list(request: HttpRequest, code: str = "") -> HttpResponse:
    """All dictionaries at the left, the entries of one at the right."""
    counted = Dictionary.objects.annotate(count=Count("entries", filter=Q(entries__is_active=True)))
    dictionaries = counted.order_by("pk")  # grouped rows do not keep the order of their model
    shown = get_object_or_404(dictionaries, code=code) if code else dictionaries.first()
    context = {
        "title": _("Dictionaries"),
        "dictionaries": dictionaries,
        "shown": shown,
        "entries": shown.entries.all() if shown else [],
        "may_change": actor_of(request).may(Permission.DICTIONARY_CHANGE),
    }
    return render(request, "organisation/dictionaries.html", context)


def _page(form: EntryForm, dictionary: Dictionary, title: str) -> FormPage:
    return FormPage(
        title=title,
        form=form,
        back=reverse("organisation-dictionary-record", args=[dictionary.code]),
        done=_("Saved."),
        noun="dictionary",
        note=str(dictionary),
    )


def _details(values: dict[str, Any]) -> EntryDetails:
    return EntryDetails(values["label"], values["label_en"], values["order"] or 0, values["is_active"])


@page(Permission.DICTIONARY_CHANGE, methods=("GET", "POST"))
def entry_new(request: HttpRequest, code: str) -> HttpResponse:
    actor, dictionary = actor_of(request), get_object_or_404(Dictionary, code=code)

    def save(values: dict[str, Any]) -> str:
        entry_create(actor=actor, dictionary=code, code=values["code"], details=_details(values))
        return reverse("organisation-dictionary-record", args=[code])

    return form_page(request, _page(EntryForm(request.POST or None), dictionary, _("New entry")), save)


@page(Permission.DICTIONARY_CHANGE, methods=("GET", "POST"))
def entry_edit(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    entry = get_object_or_404(DictionaryEntry.objects.select_related("dictionary"), pk=pk)

    def save(values: dict[str, Any]) -> str:
        version = values["version"] or 0
        entry_change(actor=actor, entry_id=pk, version=version, details=_details(values))
        return reverse("organisation-dictionary-record", args=[entry.dictionary.code])

    names = ("label", "label_en", "order", "is_active", "version")
    initial = {name: getattr(entry, name) for name in names}
    form = EntryForm(request.POST or None, entry=entry, initial=initial)
    return form_page(request, _page(form, entry.dictionary, str(entry)), save)
