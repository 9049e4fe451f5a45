"""One number for several telephones on a line's page (IN-02, IN-04), and the password of its calls (VPN-13).

    8002 25s Mon-Fri 08:00-18:00 from 0351*,03558880001

A bound number is a line of text: the number and, each where it says something, its seconds, days, hours and
callers. The Chinese words are `25秒`, `周一至周五` and `主叫`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import time
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from dakehu.infra.ui.api import (
    CodeField,
    FormPage,
    Group,
    NumberField,
    VersionField,
    actor_of,
    form_page,
    page,
)
from dakehu.kernel.errors import DomainError, raise_faults
from dakehu.kernel.periods import Period
from dakehu.kernel.text import clean_code, clean_line
from dakehu.numbering.domain.onenumber import (
    MOST_BOUND,
    RING_S,
    Bound,
    Follow,
    OneNumber,
    OneNumberInvalid,
    one_number_from,
)
from dakehu.numbering.models import LineOneNumber
from dakehu.numbering.permissions import LinePermission
from dakehu.numbering.selectors.lines import line_get
from dakehu.numbering.services.onenumber import line_one_number_set
from dakehu.numbering.services.supplementary import line_call_password_set
from dakehu.numbering.web.periodtext import (
    callers_from_text,
    callers_text,
    days_from,
    days_text,
    hours_from,
    hours_text,
    is_chinese,
)

OFF = "off"
FOLLOWS = {
    OFF: gettext_lazy("Off: the line's own telephones alone"),
    str(Follow.TOGETHER): gettext_lazy("All at once (simultaneous ring)"),
    str(Follow.IN_TURN): gettext_lazy("One after the other (one number)"),
}
_SECONDS = re.compile(r"([0-9]{1,3})(?:s|秒)")
_FROM = frozenset({"主叫", "from"})


class OneNumberForm(forms.Form):
    """Fields are named after `OneNumber`, so that each fault of the rules finds its own."""

    version = VersionField()
    follow = forms.ChoiceField(
        label=gettext_lazy("Bound numbers ring"), choices=list(FOLLOWS.items()), widget=forms.RadioSelect
    )
    rings_self = forms.BooleanField(label=gettext_lazy("The line's own telephones ring, too"), required=False)
    self_ring_s = NumberField(
        label=gettext_lazy("Seconds of the line's own telephones"),
        help_text=gettext_lazy("5 to 60, where all take turns."),
    )
    bound = forms.CharField(
        label=gettext_lazy("Bound numbers"),
        required=False,
        widget=forms.Textarea(attrs={"rows": MOST_BOUND, "class": "dk-code"}),
        help_text=gettext_lazy(
            "One a line, seven at most: the number as the line itself would dial it, then seconds, days, "
            "hours and from callers, each only where it limits. Example: 8002 25s Mon-Fri 08:00-18:00 from "
            "0351*,03558880001."
        ),
    )

    def service(self) -> OneNumber | None:
        """After `is_valid`; raises every unreadable line's fault at once. None to switch the service off."""
        values = self.cleaned_data
        if values["follow"] == OFF:
            return None
        bound, faults = [], list[DomainError]()
        for place, line in enumerate(str(values["bound"]).splitlines(), start=1):
            try:
                bound += [bound_from(line)] if line.strip() else []
            except (DomainError, ValueError):
                text = f"{place}: {line.strip()}"
                faults.append(OneNumberInvalid(field="bound", why="unreadable", value=text))
        raise_faults(faults)
        return OneNumber(Follow(values["follow"]), tuple(bound), values["rings_self"], values["self_ring_s"])


class CallPasswordForm(forms.Form):
    version = VersionField()
    password = CodeField(
        label=gettext_lazy("New password of calls"),
        required=False,
        max_length=6,
        help_text=gettext_lazy("4 to 6 digits; it can't be shown again. Empty ends calls by password."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )


@page(LinePermission.CHANGE, methods=("GET", "POST"))
def line_one_number(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a line's one-number service."""
    actor = actor_of(request)
    line = line_get(actor, pk)
    row = LineOneNumber.objects.filter(line=line).first()
    form = OneNumberForm(request.POST or None, initial=_initial(row))

    def save(values: dict[str, Any]) -> str:
        line_one_number_set(actor=actor, line_id=pk, service=form.service(), seen=values["version"])
        return _place(pk)

    shown = FormPage(
        title=_("One number of %(number)s") % {"number": line.public_number_id},
        form=form,
        groups=[Group("", ("follow", "bound")), Group("", ("rings_self", "self_ring_s"))],
        note=_("The line pays for what rings elsewhere, and its call rights count for it."),
        back=_place(pk),
        done=_("Saved."),
        noun="line",
    )
    return form_page(request, shown, save)


@page(LinePermission.CHANGE, methods=("GET", "POST"))
def line_call_password(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of the password by which a line's subscriber calls from other telephones of the VPN."""
    actor = actor_of(request)
    line = line_get(actor, pk)
    row = getattr(line, "services", None)
    version = row.version if row is not None else 0

    def save(values: dict[str, Any]) -> str:
        line_call_password_set(actor=actor, line_id=pk, password=values["password"], seen=values["version"])
        return _place(pk)

    shown = FormPage(
        title=_("Password of calls of %(number)s") % {"number": line.public_number_id},
        form=CallPasswordForm(request.POST or None, initial={"version": version}),
        note=_("With it the subscriber calls by the rights of this line from any telephone of the VPN."),
        back=_place(pk),
        done=_("Saved."),
        noun="line",
    )
    return form_page(request, shown, save)


def one_number_rows(line_id: int) -> dict[str, Any]:
    """What a line's page shows of the service; one query."""
    row = LineOneNumber.objects.filter(line_id=line_id).first()
    if row is None:
        return {"follow": "", "bound": []}
    service = row.value()
    own = [own_text(service)] if service.rings_self else []
    return {
        "follow": FOLLOWS[str(service.follow)],
        "bound": [*own, *(bound_text(each) for each in service.bound)],
    }


def own_text(service: OneNumber) -> str:
    """The line's own telephones as they ring in the service."""
    own = _("the line's own telephones")
    return f"{own} {_seconds(service.self_ring_s)}" if service.follow is Follow.IN_TURN else own


def bound_from(line: str) -> Bound:
    """A bound number from its line. Raises ValueError, `NumberInvalid` for what can't be read."""
    number, *words = map(clean_code, clean_line(line).split())
    bound, hours, days = Bound(number), list[tuple[time, time]](), frozenset[int]()
    rest = iter(words)
    for word in rest:
        if found := _SECONDS.fullmatch(word):
            bound = replace(bound, ring_s=int(found.group(1)))
        elif (span := hours_from(word)) is not None:
            hours.append(span)
        elif word.casefold() in _FROM:
            bound = replace(bound, callers=callers_from_text(next(rest, ""), in_full=True))
        else:
            days |= days_from(word)
    if len(hours) > 1:
        raise ValueError(line)
    begins, ends = hours[0] if hours else (time(), time())
    return replace(bound, period=Period(begins, ends, days))


def bound_text(bound: Bound) -> str:
    """The bound number as its line, in the reader's language; what `bound_from` reads."""
    return " ".join(_parts(bound))


def one_number_label(row: Mapping[str, Any] | None) -> str:
    """The service as the trail shows it."""
    if not row:
        return pgettext("voice", "Off")
    service = one_number_from(row)
    parts = [str(FOLLOWS[str(service.follow)]), *map(bound_text, service.bound)]
    return pgettext("list", "; ").join(parts)


def bound_label(rows: list[dict[str, Any]]) -> str:
    """Bound numbers as they are kept, for what others saved meanwhile."""
    row = {"follow": Follow.TOGETHER, "rings_self": True, "self_ring_s": RING_S, "bound": rows}
    return "\n".join(map(bound_text, one_number_from(row).bound))


def _parts(bound: Bound) -> Iterator[str]:
    yield bound.number
    yield _seconds(bound.ring_s)
    yield from days_text(sorted(bound.period.weekdays))
    yield from filter(None, [hours_text(bound.period)])
    if bound.callers is not None:
        yield "主叫" if is_chinese() else "from"
        yield callers_text(bound.callers)


def _seconds(count: int) -> str:
    return f"{count}秒" if is_chinese() else f"{count}s"


def _initial(row: LineOneNumber | None) -> dict[str, Any]:
    if row is None:
        return {"version": 0, "follow": OFF, "rings_self": True, "self_ring_s": RING_S}
    service = row.value()
    return {
        "version": row.version,
        "follow": service.follow,
        "rings_self": service.rings_self,
        "self_ring_s": service.self_ring_s,
        "bound": "\n".join(map(bound_text, service.bound)),
    }


def _place(pk: int) -> str:
    return f"{reverse('numbering-line-record', args=[pk])}?tab=services"
