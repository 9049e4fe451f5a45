"""Choosing a file; the template to fill in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dakehu.infra.access.api import require
from dakehu.infra.exporting.api import Column, Table, stream_xlsx
from dakehu.infra.importing.services.uploading import MAX_BYTES, import_upload
from dakehu.infra.importing.specs import ImportColumn, spec_of
from dakehu.infra.ui.api import FormPage, actor_of, form_page, page


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Excel or CSV file"),
        allow_empty_file=True,  # said in our own words
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.txt,.tsv", "class": "form-control"}),
    )


@page(methods=("GET", "POST"))
def batch_create(request: HttpRequest, spec: str) -> HttpResponseBase:
    actor, rules = actor_of(request), spec_of(spec)
    require(actor, rules.permission)
    form = UploadForm(request.POST or None, request.FILES or None)

    def save(values: dict[str, Any]) -> str:
        file = values["file"]
        batch = import_upload(actor=actor, spec=spec, name=file.name or "", chunks=file.chunks())
        return reverse("importing-batch-record", args=[batch.pk])

    return form_page(
        request,
        FormPage(
            title=_("Import: %(what)s") % {"what": rules.title},
            form=form,
            submit=_("Upload and check"),
            back=reverse(rules.list_url) if rules.list_url else reverse("importing-batch-list"),
            template="importing/upload.html",
            context={
                "spec": rules,
                "limit_mb": MAX_BYTES >> 20,
                "required": [str(column.heading) for column in rules.columns if column.required],
            },
        ),
        save,
    )


@page(methods=("GET",))
def template(request: HttpRequest, spec: str) -> HttpResponseBase:
    """A workbook with the headings, one example row, and what belongs into each column."""
    actor, rules = actor_of(request), spec_of(spec)
    require(actor, rules.permission)
    columns = [
        Column(f"{column.heading}*" if column.required else str(column.heading), choices=column.choices)
        for column in rules.columns
    ]
    table = Table(
        noun=rules.noun,
        title=_("Template: %(what)s") % {"what": rules.title},
        columns=columns,
        rows=[[column.example for column in rules.columns]],
        filters=[(str(column.heading), _described(column)) for column in rules.columns],
        notes=[
            _("Columns with a star are required; the others may be left out. Their order is free."),
            _("The example row is not imported."),
        ],
    )
    return stream_xlsx(actor, table)


def _described(column: ImportColumn) -> str:
    parts = [
        _("required") if column.required else "",
        str(column.note),
        _("one of: %(choices)s") % {"choices": "、".join(column.choices)} if column.choices else "",
        _("for example: %(example)s") % {"example": column.example} if column.example else "",
    ]
    return "；".join(part for part in parts if part)
