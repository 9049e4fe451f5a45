"""The supplementary services on a line's page: what is on, who set it when, and the form to change it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dakehu.infra.ui.api import (
    CodeField,
    FormPage,
    Group,
    NumberField,
    Tab,
    VersionField,
    actor_of,
    actor_text,
    form_page,
    page,
)
from dakehu.kernel.text import clean_code
from dakehu.numbering.domain.lines import LINE_STATES, LineKind, LineStatus
from dakehu.numbering.domain.passwords import password_key
from dakehu.numbering.domain.services import NO_ANSWER_S, Restriction, Services
from dakehu.numbering.models import Line
from dakehu.numbering.permissions import LinePermission
from dakehu.numbering.selectors.lines import line_get, services_of
from dakehu.numbering.selectors.services import Origin, service_origins
from dakehu.numbering.services.supplementary import line_services_set
from dakehu.numbering.web.onenumber import one_number_rows
from dakehu.numbering.web.words import RESTRICTIONS, SERVICES, refusal_text

_FORWARDING = ("forward_always", "forward_busy", "forward_no_answer", "forward_not_reachable", "no_answer_s")
_TARGET = gettext_lazy("As the line itself would dial it: a short number or a public one. Empty is off.")


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A service: `setting` is empty where it is off."""

    label: str | Promise
    setting: str
    by: str
    at: datetime | None


def services_tab(line: Line, *, may_change: bool) -> Tab:
    """The tab of a line's page. One query when it is shown."""
    services = services_of(line)
    row = getattr(line, "services", None)
    may_change = may_change and not LINE_STATES.is_final(LineStatus(line.status))
    context = {
        "rows": _Rows(line, services),
        "refused_at": row.refused_at if row is not None else None,
        "refused_why": refusal_text(row.refused_why) if row is not None and row.refused_why else "",
        "one_number": lambda: one_number_rows(line.pk),
        "has_password": bool(services.vpn_key),
        "line": line,
        "may_change": may_change,
    }
    count = sum(1 for name in SERVICES if name != "no_answer_s" and getattr(services, name))
    return Tab(
        "services",
        pgettext_lazy("line", "Services"),
        "numbering/line_services.html",
        context,
        count=count or None,
    )


class _Rows:
    """Read when they are drawn, so that another tab costs no query."""

    def __init__(self, line: Line, services: Services) -> None:
        self._line, self._services = line, services

    def __iter__(self) -> Iterator[ServiceRow]:
        origins = service_origins(self._line)
        for name, label in SERVICES.items():
            if name == "forward_not_reachable" and self._line.kind != LineKind.WIRELESS:
                continue
            by, at = _who(origins.get(name))
            yield ServiceRow(label, _setting(name, self._services), by, at)


def _who(origin: Origin | None) -> tuple[str, datetime | None]:
    return (str(actor_text(origin.name)), origin.at) if origin is not None else ("", None)


def _setting(name: str, services: Services) -> str:
    """In words; empty is off."""
    value = getattr(services, name)
    match name:
        case "restriction":
            return str(RESTRICTIONS[value]) if value else ""
        case "abbreviated":
            return "\n".join(f"**{code} → {target}" for code, target in value)
    return _("On") if value is True else str(value or "")


class ServicesForm(forms.Form):
    """The fields are named after `Services`, so that each fault of the rules finds its own."""

    forward_always = CodeField(
        label=SERVICES["forward_always"], max_length=30, required=False, help_text=_TARGET
    )
    forward_busy = CodeField(label=SERVICES["forward_busy"], max_length=30, required=False)
    forward_no_answer = CodeField(label=SERVICES["forward_no_answer"], max_length=30, required=False)
    forward_not_reachable = CodeField(label=SERVICES["forward_not_reachable"], max_length=30, required=False)
    no_answer_s = NumberField(label=SERVICES["no_answer_s"], help_text=gettext_lazy("5 to 60 seconds."))
    call_waiting = forms.BooleanField(label=SERVICES["call_waiting"], required=False)
    do_not_disturb = forms.BooleanField(label=SERVICES["do_not_disturb"], required=False)
    absent = forms.BooleanField(label=SERVICES["absent"], required=False)
    hotline = CodeField(
        label=SERVICES["hotline"],
        max_length=30,
        required=False,
        help_text=gettext_lazy("Called when the handset is lifted and nothing is dialled."),
    )
    abbreviated = forms.CharField(
        label=SERVICES["abbreviated"],
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "class": "dk-code"}),
        help_text=gettext_lazy(
            "One a line: two digits, a blank, the number. The subscriber dials ** and the digits."
        ),
    )
    restriction = forms.TypedChoiceField(
        label=SERVICES["restriction"],
        choices=[(int(level), label) for level, label in RESTRICTIONS.items()],
        coerce=int,
        help_text=gettext_lazy("Not together with in-group calls only."),
    )
    password = CodeField(
        label=gettext_lazy("New password of the restriction"),
        required=False,
        min_length=4,
        max_length=4,
        help_text=gettext_lazy(
            "Four digits, to change the restriction at the telephone. Empty keeps the present one."
        ),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    version = VersionField()

    def __init__(self, *args: Any, kind: LineKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind is not LineKind.WIRELESS:
            del self.fields["forward_not_reachable"]

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        if password and not (password.isascii() and password.isdecimal()):
            raise forms.ValidationError(_("The password has four digits."))
        return password


@page(LinePermission.CHANGE, methods=("GET", "POST"))
def line_services(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a line's services."""
    actor = actor_of(request)
    line = line_get(actor, pk)
    services = services_of(line)
    place = f"{reverse('numbering-line-record', args=[pk])}?tab=services"

    def save(values: dict[str, Any]) -> str:
        wanted = _wanted(values, services, line.public_number_id)
        line_services_set(actor=actor, line_id=pk, services=wanted, seen=values["version"])
        return place

    row = getattr(line, "services", None)
    initial = {
        **{name: getattr(services, name) for name in SERVICES},
        "abbreviated": "\n".join(f"{code} {target}" for code, target in services.abbreviated),
        "restriction": int(services.restriction),
        "version": row.version if row is not None else 0,
    }
    shown = FormPage(
        title=_("Services of %(number)s") % {"number": line.public_number_id},
        form=ServicesForm(request.POST or None, initial=initial, kind=LineKind(line.kind)),
        groups=[
            Group(gettext_lazy("Call forwarding"), _FORWARDING),
            Group(
                gettext_lazy("At the telephone"),
                ("call_waiting", "do_not_disturb", "absent", "hotline", "abbreviated"),
            ),
            Group(SERVICES["restriction"], ("restriction", "password")),
        ],
        note=_("What is saved here counts from the next call on, over what the subscriber set before."),
        back=place,
        done=_("Saved."),
        noun="line",
    )
    return form_page(request, shown, save)


def _wanted(values: dict[str, Any], before: Services, number: str) -> Services:
    key = password_key(number, values["password"]) if values["password"] else before.restriction_key
    return replace(
        before,
        forward_always=values["forward_always"],
        forward_busy=values["forward_busy"],
        forward_no_answer=values["forward_no_answer"],
        forward_not_reachable=values.get("forward_not_reachable", ""),
        no_answer_s=values["no_answer_s"] or NO_ANSWER_S,
        call_waiting=values["call_waiting"],
        do_not_disturb=values["do_not_disturb"],
        absent=values["absent"],
        hotline=values["hotline"],
        abbreviated=tuple(_pairs(values["abbreviated"])),
        restriction=Restriction(values["restriction"]),
        restriction_key=key,
    )


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Each line's code and number; what is no pair is left for the rules to find wrong."""
    for line in text.splitlines():
        code, _blank, target = line.strip().partition(" ")
        if code or target:
            yield clean_code(code), clean_code(target)
