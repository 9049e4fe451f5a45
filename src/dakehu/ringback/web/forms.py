"""Forms: an upload, a reason, the settings of an owner."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dakehu.infra.ui.api import Group, LineField, NameField, PickField, VersionField
from dakehu.kernel.errors import DomainError, raise_faults
from dakehu.kernel.numbers import parse_public
from dakehu.kernel.periods import Callers, Period
from dakehu.ringback.domain.choice import Owner, ToneRule, ToneSettings
from dakehu.ringback.models import OwnerTones, Tone
from dakehu.ringback.web.words import DAYS, STATES, numbers_text

SHOWN_RULES = 4
"""A form has so many places for rules, or as many as there are."""
_COMMAS = re.compile(r"[,，、\s]+")


class UploadForm(forms.Form):
    customer = PickField(source="customers", label=gettext_lazy("Customer"))
    name = NameField(label=gettext_lazy("Name of the tone"), max_length=80)
    file = forms.FileField(
        label=gettext_lazy("Sound"),
        allow_empty_file=True,  # said in our own words
        widget=forms.FileInput(attrs={"accept": "audio/wav,audio/mpeg,.wav,.mp3", "class": "form-control"}),
        help_text=gettext_lazy("WAV or MP3, half a second to a minute, 5 MB at most."),
    )


class ReasonForm(forms.Form):
    reason = LineField(label=gettext_lazy("Reason"), max_length=200)


class SettingsForm(forms.Form):
    """The default tone, who wins, and the rules; a rule without a tone is none."""

    version = VersionField()

    def __init__(self, data: Any, *, kind: Owner, tones: Sequence[Tone], row: OwnerTones | None) -> None:
        value: ToneSettings[int] = row.value() if row is not None else ToneSettings()
        self.places = range(1, max(SHOWN_RULES, len(value.rules) + 1) + 1)
        super().__init__(data, initial=_initial(value, row.version if row is not None else 0))
        choices = [("", pgettext_lazy("tone", "None")), *((str(tone.pk), _label(tone)) for tone in tones)]
        self.fields["default"] = _tone_field(gettext_lazy("Usual tone"), choices)
        if kind is not Owner.LINE:
            self.fields["personal_wins"] = forms.BooleanField(
                label=gettext_lazy("A member's personal tone comes first"),
                required=False,
                help_text=gettext_lazy("Otherwise the company's tone is heard; that is usual."),
            )
        for place in self.places:
            self.fields |= _rule_fields(place, choices)

    def groups(self) -> list[Group]:
        first = ["default", *(["personal_wins"] if "personal_wins" in self.fields else [])]
        used = {place for place in self.places if self.initial.get(f"rule_{place}_tone")}
        return [
            Group("", first),
            *(
                Group(
                    _("Rule %(place)s") % {"place": place},
                    [f"rule_{place}_{part}" for part in ("tone", "days", "begins", "ends", "callers")],
                    is_open=place in used or place == 1,
                )
                for place in self.places
            ),
        ]

    def settings(self) -> ToneSettings[int]:
        """After `is_valid`; raises the faults of all callers' numbers at once."""
        values, rules, faults = self.cleaned_data, list[ToneRule[int]](), list[DomainError]()
        for place in self.places:
            given = {part: values.get(f"rule_{place}_{part}") for part in ("tone", "days", "begins", "ends")}
            if not given["tone"]:
                continue
            try:
                callers = _callers(values[f"rule_{place}_callers"], f"rule_{place}_callers")
            except DomainError as fault:
                faults.append(fault)
                continue
            rules.append(ToneRule(int(given["tone"]), _periods(given), callers))
        raise_faults(faults)
        default = int(values["default"]) if values["default"] else None
        return ToneSettings(default, tuple(rules), bool(values.get("personal_wins")))


def _rule_fields(place: int, choices: Sequence[tuple[str, Any]]) -> dict[str, forms.Field]:
    clock = {"type": "time", "class": "form-control"}
    return {
        f"rule_{place}_tone": _tone_field(pgettext_lazy("ringback", "Tone"), choices),
        f"rule_{place}_days": forms.MultipleChoiceField(
            label=gettext_lazy("Days"),
            choices=DAYS,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=gettext_lazy("None chosen: every day."),
        ),
        f"rule_{place}_begins": forms.TimeField(
            label=pgettext_lazy("tone", "From"), required=False, widget=forms.TimeInput(clock, "%H:%M")
        ),
        f"rule_{place}_ends": forms.TimeField(
            label=pgettext_lazy("tone", "To"), required=False, widget=forms.TimeInput(clock, "%H:%M")
        ),
        f"rule_{place}_callers": LineField(
            label=gettext_lazy("Callers"),
            required=False,
            max_length=400,
            help_text=gettext_lazy(
                "Numbers by commas; with a star all that begin so: 0351*. Empty: everybody."
            ),
        ),
    }


def _tone_field(label: Any, choices: Sequence[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=False)


def _label(tone: Tone) -> str:
    return f"{tone.name}（{STATES[tone.state].label}）"


def _initial(value: ToneSettings[int], version: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "version": version,
        "default": str(value.default or ""),
        "personal_wins": value.personal_wins,
    }
    for place, rule in enumerate(value.rules, start=1):
        found[f"rule_{place}_tone"] = str(rule.tone)
        found[f"rule_{place}_callers"] = numbers_text(rule.callers) if rule.callers is not None else ""
        for period in rule.periods[:1]:
            found[f"rule_{place}_days"] = [str(day) for day in sorted(period.weekdays)]
            if period.begins != period.ends:
                found[f"rule_{place}_begins"], found[f"rule_{place}_ends"] = period.begins, period.ends
    return found


def _periods(given: dict[str, Any]) -> tuple[Period, ...]:
    days = frozenset(map(int, given["days"] or ()))
    begins, ends = given["begins"] or time(), given["ends"] or time()
    return (Period(begins, ends, days),) if days or begins != ends else ()


def _callers(text: str, field: str) -> Callers | None:
    """Raises `NumberInvalid`."""
    parts = [part for part in _COMMAS.split(text) if part]
    if not parts:
        return None
    starred = [part[:-1] for part in parts if part.endswith("*")]
    whole = [part for part in parts if not part.endswith("*")]
    whole += [part for part in starred if not part.lstrip("+").isdecimal()]  # refused in the same words
    numbers = frozenset(parse_public(part, field=field) for part in whole)
    return Callers(numbers, tuple(starred))
