"""The forms of performance contracts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.infra.clock import now
from dakehu.infra.errors import message_for
from dakehu.infra.ui.api import CodeField, LineField, NumberField, PickField, VersionField
from dakehu.kernel.clock import Month, day_of
from dakehu.kernel.errors import DomainError, raise_faults
from dakehu.managers.domain.contract_states import AppealEvent
from dakehu.managers.domain.contracts import (
    FIRST_YEAR,
    LAST_YEAR,
    MONTHS,
    MOST_INDICATORS,
    TargetMissing,
    Targets,
    WeightOutOfRange,
)
from dakehu.managers.domain.figures import figure_text, parse_figure, read_month
from dakehu.managers.domain.indicators import INDICATORS, Code, Unit
from dakehu.managers.models import Contract, ContractTerm
from dakehu.managers.naming import UNIT_WORDS
from dakehu.managers.services.contracts import ContractDraft, TermDraft, weight_range
from dakehu.managers.services.entering import Entry
from dakehu.managers.services.new_products import CATEGORIES
from dakehu.managers.services.visits import Photo
from dakehu.managers.web.performance_words import indicator_choices
from dakehu.organisation.api import dictionary_choices

_ROWS = range(1, MOST_INDICATORS + 1)


def _text(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )


class ContractForm(forms.Form):
    """Whose contract, of which year, and up to eight lines of indicator, weight and target."""

    manager = PickField(source="managers_person", label=_("Manager"))
    year = NumberField(label=pgettext_lazy("contract", "Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    first_month = NumberField(
        label=_("First month"),
        min_value=1,
        max_value=MONTHS,
        initial=1,
        help_text=_("1 for the whole year; later for who joins within it"),
    )
    remark = LineField(label=pgettext_lazy("contract", "Remark"), max_length=400, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = day_of(now()).year
        choices = [("", "—"), *indicator_choices()]
        for row in _ROWS:
            number = {"number": row}
            self.fields[f"indicator_{row}"] = forms.ChoiceField(
                label=_("Indicator %(number)s") % number, choices=choices, required=False
            )
            self.fields[f"weight_{row}"] = NumberField(
                label=_("Weight %(number)s, per cent") % number, min_value=0, max_value=100, required=False
            )
            self.fields[f"target_{row}"] = CodeField(
                label=_("Target of the year %(number)s") % number, max_length=30, required=False
            )

    def heads(self) -> list[BoundField]:
        return [self[name] for name in ("manager", "year", "first_month", "remark") if name in self.fields]

    def grid(self) -> list[list[BoundField]]:
        return [[self[f"{part}_{row}"] for part in ("indicator", "weight", "target")] for row in _ROWS]

    def draft(self) -> ContractDraft:
        """After `is_valid`; raises the faults of targets that are no figures."""
        values, faults = self.cleaned_data, list[DomainError]()
        terms = []
        for row in _ROWS:
            if not values[f"indicator_{row}"]:
                continue
            code, weight, text = (
                Code(values[f"indicator_{row}"]),
                values[f"weight_{row}"],
                values[f"target_{row}"],
            )
            if weight is None:
                limits = weight_range()
                faults.append(WeightOutOfRange(field=f"weight_{row}", least=limits.least, most=limits.most))
            try:
                if not text:
                    raise TargetMissing(field=f"target_{row}")
                target = parse_figure(INDICATORS[code].unit, text, field=f"target_{row}")
            except DomainError as error:
                faults.append(error)
                continue
            terms.append(TermDraft(code, weight or 0, target, row))
        raise_faults(faults)
        return ContractDraft(values["year"], terms, values["first_month"], values["remark"])


class ContractChangeForm(ContractForm):
    version = VersionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["manager"]


def contract_values(row: Contract, terms: Sequence[ContractTerm]) -> dict[str, Any]:
    """A contract as its form begins with it."""
    values: dict[str, Any] = {
        "year": row.year,
        "first_month": row.first_month,
        "remark": row.remark,
        "version": row.version,
    }
    for number, term in enumerate(terms, 1):
        unit = INDICATORS[Code(term.indicator)].unit
        values[f"indicator_{number}"] = term.indicator
        values[f"weight_{number}"] = term.weight
        values[f"target_{number}"] = figure_text(unit, term.year_target, thousands=False)
    return values


class MonthsForm(forms.Form):
    """An indicator's targets by month: divided evenly, or typed."""

    spread = forms.ChoiceField(
        label=_("Targets by month"),
        choices=[("even", _("Divide the year's target evenly")), ("typed", _("As typed below"))],
        widget=forms.RadioSelect,
    )
    months = forms.Field(required=False, widget=forms.HiddenInput)
    version = VersionField()

    def __init__(self, *args: Any, term: ContractTerm, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit = INDICATORS[Code(term.indicator)].unit
        for number in range(1, MONTHS + 1):
            self.fields[f"month_{number}"] = CodeField(
                label=_("Month %(number)s") % {"number": number},
                max_length=30,
                required=False,
                initial=figure_text(self.unit, term.months[number - 1], thousands=False),
            )

    def heads(self) -> list[BoundField]:
        return [self["spread"]]

    def grid(self) -> list[list[BoundField]]:
        fields = [self[f"month_{number}"] for number in range(1, MONTHS + 1)]
        return [fields[start : start + 3] for start in range(0, MONTHS, 3)]

    def targets(self) -> Targets | None:
        """After `is_valid`: twelve targets, None for a month that is not assessed; None to divide evenly."""
        if self.cleaned_data["spread"] == "even":
            return None
        faults, found = list[DomainError](), list[int | None]()
        for number in range(1, MONTHS + 1):
            text = self.cleaned_data[f"month_{number}"]
            try:
                found.append(parse_figure(self.unit, text, field=f"month_{number}") if text else None)
            except DomainError as error:
                faults.append(error)
        raise_faults(faults)
        return tuple(found)


class ReasonForm(forms.Form):
    reason = _text(_("Reason"))
    version = VersionField(required=False)


class FigureForm(forms.Form):
    """A figure that the system cannot know, with its source."""

    value = CodeField(label=pgettext_lazy("performance", "Figure"), max_length=30)
    note = LineField(
        label=_("Source"),
        max_length=400,
        required=False,
        help_text=_("The report, survey or ledger the figure is taken from"),
    )
    document = forms.FileField(
        label=_("Source document"), required=False, widget=forms.FileInput(attrs={"class": "form-control"})
    )
    version = VersionField()

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit = unit
        self.fields["value"].help_text = _("In %(unit)s") % {"unit": UNIT_WORDS[unit]}

    def entry(self) -> Entry:
        values = self.cleaned_data
        sent = values["document"]
        document = Photo(sent.name or "", sent.chunks()) if sent else None
        return Entry(parse_figure(self.unit, values["value"], field="value"), values["note"], document)


class AppealForm(forms.Form):
    wanted = CodeField(label=_("The figure should be"), max_length=30, required=False)
    reason = _text(_("Reason"), _("What the figure leaves out or counts wrongly, with proof"))

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit = unit
        self.fields["wanted"].help_text = _("In %(unit)s") % {"unit": UNIT_WORDS[unit]}

    def wanted_figure(self) -> int | None:
        text = self.cleaned_data["wanted"]
        return parse_figure(self.unit, text, field="wanted") if text else None


class DecisionForm(forms.Form):
    event = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            (str(AppealEvent.GRANT), _("Grant: the figure is corrected")),
            (str(AppealEvent.REFUSE), _("Refuse: the figure stands")),
        ],
    )
    corrected = CodeField(label=_("Corrected figure"), max_length=30, required=False)
    decision = _text(_("Reason"))
    version = VersionField()

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit = unit
        self.fields["corrected"].help_text = _("In %(unit)s; needed to grant") % {"unit": UNIT_WORDS[unit]}

    def corrected_figure(self) -> int | None:
        text = self.cleaned_data["corrected"]
        return parse_figure(self.unit, text, field="corrected") if text else None


class MonthForm(forms.Form):
    """Which month to close, for many contracts at once."""

    month = CodeField(label=_("Month"), max_length=10, help_text="2026-10")

    def clean_month(self) -> Month:
        return month_field(self.cleaned_data["month"])


class NewProductForm(forms.Form):
    category = forms.ChoiceField(
        label=_("Product category"), choices=lambda: list(dictionary_choices(CATEGORIES))
    )
    product = LineField(
        label=_("Product"), max_length=60, required=False, help_text=_("As bills name it; blank for all")
    )
    since = CodeField(label=_("From month"), max_length=10, help_text="2026-01")
    until = CodeField(label=_("To month"), max_length=10, required=False)

    def clean_since(self) -> Month:
        return month_field(self.cleaned_data["since"])

    def clean_until(self) -> Month | None:
        return month_field(self.cleaned_data["until"]) if self.cleaned_data["until"] else None


def month_field(text: str) -> Month:
    """A typed month, or the form's own fault."""
    try:
        return read_month(text)
    except DomainError as error:
        raise ValidationError(message_for(error), code=error.code) from None
