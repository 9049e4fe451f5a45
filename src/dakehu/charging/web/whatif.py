"""What would happen if a line dialled something: asked, and answered by the code that decides calls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from dakehu.charging.domain.rates import Rate
from dakehu.charging.domain.whatif import Stage, WhatIf
from dakehu.charging.models import Usage
from dakehu.charging.selectors.whatif import Answered, Asked, what_if
from dakehu.charging.web.trace import SENTENCES
from dakehu.charging.web.words import class_label
from dakehu.infra.clock import now
from dakehu.infra.ui.api import CodeField, Fact, Kind, actor_of, mark, page
from dakehu.kernel.clock import CST
from dakehu.kernel.errors import DomainError
from dakehu.kernel.numbers import CallClass
from dakehu.numbering.api import LinePermission, line_get
from dakehu.numbering.domain.featurecodes import Told
from dakehu.switch.announcements.names import Language
from dakehu.switch.announcements.said import prompt_of
from dakehu.switch.announcements.texts import TEXTS
from dakehu.switch.callcontrol import Failure, Reason, State

_HAO_PER_YUAN = 10_000
_LANGUAGES = ("zh-hans", "en")
STATES = {
    State.IDLE: gettext_lazy("free, with a telephone signed in"),
    State.BUSY: gettext_lazy("in a call"),
    State.NO_ANSWER: gettext_lazy("ringing, and nobody answers"),
    State.AWAY: gettext_lazy("without a telephone signed in"),
    State.ABSENT: gettext_lazy("set to “subscriber absent”"),
}
_AFTER = {
    Failure.BUSY: gettext_lazy("if it is busy"),
    Failure.NO_ANSWER: gettext_lazy("if nobody answers"),
    Failure.NOT_REACHABLE: gettext_lazy("if it can't be reached"),
}
_SEPARATOR = pgettext_lazy("voice", ", ")


class WhatIfForm(forms.Form):
    calling = CodeField(
        label=gettext_lazy("If the line"),
        max_length=20,
        help_text=gettext_lazy("With area code: 03512345678. One of the lines that you may see."),
    )
    dialled = CodeField(
        label=gettext_lazy("dialled"),
        max_length=64,
        required=False,
        help_text=gettext_lazy(
            "As at the telephone: a short number, an exit prefix and a number, a service code. Nothing is "
            "the hotline. Any password counts as right: type 0000."
        ),
    )
    at = forms.DateTimeField(
        label=gettext_lazy("at the moment"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    state = forms.ChoiceField(
        label=gettext_lazy("while the called line is"),
        choices=[(str(state), label) for state, label in STATES.items()],
    )

    def asked(self) -> Asked:
        """After `is_valid`."""
        values = self.cleaned_data
        return Asked(
            values["calling"], values["dialled"], values["at"].astimezone(CST), State(values["state"])
        )


@page(LinePermission.VIEW, methods=("GET",))
def what_if_page(request: HttpRequest) -> HttpResponse:
    """The form, and the answer where something was asked."""
    asked = {**_initial(), **request.GET.dict()} if "calling" in request.GET else None
    form = WhatIfForm(asked, initial=_initial())
    context: dict[str, Any] = {"title": _("What would happen if…"), "form": form}
    if form.is_bound and form.is_valid():
        try:
            context["answer"] = _drawn(what_if(actor_of(request), form.asked()))
        except DomainError as fault:
            mark(form, fault)
    return render(request, "charging/what_if.html", context, status=422 if form.errors else 200)


@page(LinePermission.VIEW, methods=("GET",))
def line_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The form on a line's page."""
    line = line_get(actor_of(request), pk)
    form = WhatIfForm(initial={**_initial(), "calling": line.public_number_id})
    form.fields["calling"].widget = forms.HiddenInput()
    return render(request, "charging/what_if_panel.html", {"form": form})


def asked_again(usage: Usage) -> str:
    """The address that asks again today what became of a call; passwords were not kept and count as right."""
    asked = {
        "calling": usage.calling_number,
        "dialled": usage.dialled.replace("xxxx", "0000"),
        "at": f"{usage.began_at.astimezone(CST):%Y-%m-%dT%H:%M}",
        "state": State.IDLE,
    }
    return f"{reverse('charging-what-if')}?{urlencode(asked)}"


def _initial() -> dict[str, Any]:
    """Now, and a line that is free: also where an address that somebody wrote says neither."""
    return {"at": f"{now().astimezone(CST):%Y-%m-%dT%H:%M}", "state": State.IDLE}


def _drawn(answered: Answered) -> dict[str, Any]:
    what = answered.what
    return {
        "headline": headline(what),
        "said": _said(what.end),
        "is_private": what.is_private,
        "stages": [_stage(answered, stage) for stage in what.stages],
        "facts": _facts(answered),
        "rules": list(_rules(what.explained.trace)),
    }


def headline(what: WhatIf) -> str:
    """The outcome in one sentence."""
    explained, end = what.explained, what.end
    if explained.queued:
        return _("All attendants are in calls: the caller waits for one of them with music.")
    if explained.reach is not None:
        return _("It would come into a call that others have, if there is one.")
    if isinstance(end, Told):
        return _("The service code is carried out, and its outcome is said.")
    if end is Reason.NO_ANSWER and what.stages:
        return _("It rings, and nobody answers.")
    if end is not None:
        return _("It does not ring: %(why)s") % {"why": SENTENCES.get(end, end)}
    return _("It rings.")


def _said(end: Reason | Told | None) -> list[str]:
    """The announcement as it is said, in both languages; none where there is but a tone."""
    prompt = prompt_of(end) if end is not None else None
    return [TEXTS[language, prompt] for language in Language] if prompt is not None else []


def _stage(answered: Answered, stage: Stage) -> dict[str, Any]:
    after = str(_SEPARATOR).join(_after(failure, stage.after_s) for failure in stage.after)
    return {
        "after": after or _("at once"),
        "rung": [
            {
                "number": rung.number,
                "shown": rung.shown,
                "by": rung.by,
                "paid": _price(answered, rung.call_class) if rung.by else "",
            }
            for rung in stage.rung
        ],
        "trunks": list(dict.fromkeys(way.split(" ")[0] for way in stage.ways)),
    }


def _after(failure: Failure, after_s: int | None) -> str:
    if failure is not Failure.NO_ANSWER or after_s is None:
        return str(_AFTER[failure])
    return _("%(after)s (%(seconds)s s)") % {"after": _AFTER[failure], "seconds": after_s}


def _facts(answered: Answered) -> list[Fact]:
    explained = answered.what.explained
    facts = [Fact(_("Class of call"), class_label(explained.call_class or ""))]
    if explained.call_class is not None and explained.reason is None:
        facts += [
            Fact(_("Charge once answered"), _price(answered, explained.call_class)),
            Fact(_("Paid by"), answered.line.customer.name),
        ]
    if answered.tariff is not None and explained.call_class is not None:
        facts.append(Fact(_("Tariff in force from"), answered.tariff.effective_from, Kind.DATE))
    return facts


def _price(answered: Answered, call_class: CallClass | None) -> str:
    """What the call costs when it is answered, in words."""
    rate = answered.tariff.rates.get(call_class) if answered.tariff is not None and call_class else None
    if rate is None or call_class is None:
        return ""
    priced = {"label": class_label(call_class), "rate": _rate(rate)}
    return _("%(label)s: %(rate)s") % priced


def _rate(rate: Rate) -> str:
    if rate.is_free:
        return pgettext("rate", "free")
    later = _("%(unit)s yuan for each %(unit_s)s s") % {
        "unit": _yuan(rate.unit_hao),
        "unit_s": rate.unit_s,
    }
    if not rate.first_s:
        return later
    first = _("%(first)s yuan for the first %(first_s)s s, then ") % {
        "first": _yuan(rate.first_hao),
        "first_s": rate.first_s,
    }
    return first + later


def _yuan(hao: int) -> str:
    return f"{hao / _HAO_PER_YUAN:.4f}".rstrip("0").rstrip(".")


def _rules(trace: Sequence[str]) -> Iterator[dict[str, str]]:
    """Each rule in the reader's language and in the other one."""
    own = translation.get_language() or _LANGUAGES[0]
    other = next(language for language in _LANGUAGES if not own.lower().startswith(language))
    for rule in trace:
        sentence = SENTENCES.get(rule.split(" ")[0], "")
        with translation.override(other):
            beside = str(sentence)
        yield {"id": rule, "sentence": str(sentence), "beside": beside}
