"""The alarm call on a line's page: when it rings, and the form to set or end it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dakehu.infra.ui.api import FormPage, VersionField, actor_of, form_page, page
from dakehu.numbering.api import LinePermission, line_get
from dakehu.switchd.alarms import alarm_of, alarm_set, due_ms


class AlarmForm(forms.Form):
    version = VersionField()
    at = forms.TimeField(
        label=gettext_lazy("Rings at"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=gettext_lazy("Once, when it is next that time. Empty ends the alarm."),
    )


@page(LinePermission.VIEW, methods=("GET",))
def alarm_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The tab on a line's page."""
    actor = actor_of(request)
    may_change = actor.may(LinePermission.CHANGE)
    context = {"at": alarm_of(actor, pk), "pk": pk, "may_change": may_change}
    return render(request, "switchd/alarm.html", context)


@page(LinePermission.CHANGE, methods=("GET", "POST"))
def line_alarm(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a line's alarm call."""
    actor = actor_of(request)
    line = line_get(actor, pk)
    present = alarm_of(actor, pk)
    place = reverse("numbering-line-record", args=[pk])

    def save(values: dict[str, Any]) -> str:
        alarm_set(actor=actor, line_id=pk, at=values["at"], seen=values["version"])
        return place

    initial = {"at": present.time() if present is not None else None, "version": due_ms(present)}
    shown = FormPage(
        title=_("Alarm call of %(number)s") % {"number": line.public_number_id},
        form=AlarmForm(request.POST or None, initial=initial),
        note=_("An alarm that nobody answers rings three times, five minutes apart."),
        back=place,
        done=_("Saved."),
        noun="line",
    )
    return form_page(request, shown, save)
