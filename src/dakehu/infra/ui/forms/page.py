"""The form page: one column, groups, errors beside the field and summed up on top."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.functional import Promise

from dakehu.infra.errors import faults_of, message_for
from dakehu.infra.ui.records.timeline import shown_value
from dakehu.infra.ui.registry import words_of
from dakehu.infra.ui.requests import go_to, is_fragment, target_id
from dakehu.kernel.errors import Conflict, DomainError, NotAllowed, NotFound

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together. `is_open` False folds the group until asked for or wrong."""

    title: Text
    fields: Sequence[str]
    note: Text = ""
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class FormPage:
    """A form as a page.

    Without `groups` all fields stand in one. `noun` gives the words for what others saved meanwhile.
    `back` is where Cancel leads. `done` is said after saving.
    """

    title: Text
    form: forms.BaseForm
    groups: Sequence[Group] = ()
    submit: Text = ""
    back: str = ""
    note: Text = ""
    done: Text = ""
    noun: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)
    template: str = "ui/form.html"


@dataclass(frozen=True, slots=True)
class Clash:
    """One field as others saved it and as it was typed here."""

    label: str
    theirs: str
    mine: str


def form_page(request: HttpRequest, page: FormPage, save: Callable[[dict[str, Any]], str]) -> HttpResponse:
    """Show the form, or save it and go on to the address that `save(cleaned_data)` gives.

    Asked for by a `Button(dialog=True)` the form comes as a dialog, and works as the page does.

    A `DomainError` of `save` marks its fields, and the form comes back (422) with all that was typed. A
    `Conflict` (409) shows beside it what others saved; saving once more then replaces that knowingly.
    """
    form, clashes, status = page.form, [], 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                address = save(form.cleaned_data)
            except (NotFound, NotAllowed):
                raise
            except Conflict as conflict:
                status, clashes = 409, take_conflict(form, conflict, page.noun)
                form.add_error(None, message_for(conflict))
            except DomainError as error:
                mark(form, error)
            else:
                if page.done:
                    messages.success(request, str(page.done))
                return go_to(request, address)
    context = {
        "page": page,
        "title": page.title,
        "form": form,
        "groups": drawn_groups(page),
        "clashes": clashes,
        **page.context,
    }
    in_dialog = is_fragment(request) and target_id(request) == "dk-dialog-body"
    template = "ui/fragments/form_dialog.html" if in_dialog else page.template
    return render(request, template, context, status=status)


def mark(form: forms.BaseForm, error: DomainError) -> None:
    """Put each fault of a domain error at its field, or on top where the form has no such field."""
    if not hasattr(form, "cleaned_data"):
        form.full_clean()
    for name, sentence in faults_of(error):
        form.add_error(name if name in form.fields else None, sentence)


def take_conflict(form: forms.BaseForm, conflict: Conflict, noun: str) -> list[Clash]:
    """What others saved, field by field; the form takes their version, so that saving again replaces it."""
    words = words_of(noun or str(conflict.data.get("noun", "")))
    current = conflict.data.get("current")
    theirs = current if isinstance(current, Mapping) else {}
    data = dict(form.data.items()) if not isinstance(form.data, QueryDict) else form.data.copy()
    if "version" in form.fields and "version" in conflict.data:
        data[form.add_prefix("version")] = str(conflict.data["version"])
        form.data = data
    clashes = []
    for name, bound in ((name, form[name]) for name in form.fields if name != "version"):
        for key in (name, f"{name}_id"):
            if key in theirs and not _same(theirs[key], form.cleaned_data.get(name)):
                mine = bound.value()
                clashes.append(Clash(str(bound.label), shown_value(words, key, theirs[key]), str(mine or "")))
    return clashes


def _same(stored: Any, typed: Any) -> bool:
    """Whether a stored value is what was typed; a picker gives its id as text."""
    return ("" if stored is None else str(stored)) == ("" if typed is None else str(typed))


def drawn_groups(page: FormPage) -> list[dict[str, Any]]:
    """The groups with their bound fields; what no group names stands in a last one."""
    form = page.form
    named = {name for group in page.groups for name in group.fields}
    rest = [name for name in form.fields if name not in named and not form[name].is_hidden]
    groups = [*page.groups, *([Group("", rest)] if rest else [])]
    drawn = []
    for group in groups:
        fields = [form[name] for name in group.fields if name in form.fields]
        is_open = group.is_open or any(field.errors for field in fields)
        drawn.append({"title": group.title, "note": group.note, "is_open": is_open, "fields": fields})
    return drawn
