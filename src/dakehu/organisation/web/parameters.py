"""Parameters: what holds, what held, what will hold; setting a value from a day on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dakehu.infra.clock import now
from dakehu.infra.parameters.api import (
    Permission,
    all_held,
    held,
    history,
    parameter_named,
    parameter_set,
    parameter_withdraw,
)
from dakehu.infra.ui.api import DateField, FormPage, LineField, NumberField, actor_of, form_page, go_to, page


class ParameterForm(forms.Form):
    value = NumberField(label=gettext_lazy("Value"))
    since = DateField(
        label=gettext_lazy("Holds from"), required=False, help_text=gettext_lazy("From now on if empty.")
    )
    reason = LineField(label=gettext_lazy("Reason"), max_length=200, required=False)


@page(Permission.PARAMETER_VIEW, methods=("GET",))
def parameter_list(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    groups: dict[str, list[Any]] = {}
    for each in all_held(actor):
        groups.setdefault(str(each.parameter.group), []).append(each)
    context = {"title": _("Parameters"), "groups": list(groups.items())}
    return render(request, "organisation/parameters.html", context)


@page(Permission.PARAMETER_VIEW, methods=("GET", "POST"))
def parameter_record(request: HttpRequest, name: str) -> HttpResponse:
    """The value now, its history, and for those who may change it the form."""
    actor, parameter = actor_of(request), parameter_named(name)
    present = held(parameter)
    context = {"held": present, "history": history(actor, parameter), "now": now()}
    if request.method != "POST" and not actor.may(Permission.PARAMETER_CHANGE):
        shown_only = {**context, "title": parameter.label, "note": parameter.note}
        return render(request, "organisation/parameter_history.html", shown_only)
    here = reverse("organisation-parameter-record", args=[name])

    def save(values: dict[str, Any]) -> str:
        parameter_set(
            actor=actor,
            name=name,
            value=values["value"],
            since=values["since"],
            reason=values["reason"],
        )
        return here

    shown = FormPage(
        title=parameter.label,
        form=ParameterForm(request.POST or None, initial={"value": present.value}),
        back=reverse("organisation-parameter-list"),
        note=parameter.note,
        done=_("Saved."),
        noun="parameter",
        context={**context, "may_change": True},
        template="organisation/parameter.html",
    )
    return form_page(request, shown, save)


@page(Permission.PARAMETER_CHANGE, methods=("POST",))
def parameter_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    row = parameter_withdraw(actor=actor_of(request), value_id=pk)
    messages.success(request, _("The value is taken back."))
    return go_to(request, reverse("organisation-parameter-record", args=[row.name]))
