"""The forms of managers' files, visits, promises and hand-overs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.customers.api import Contact, Customer
from dakehu.infra.ui.api import DateField, LineField, NumberField, PickField, VersionField
from dakehu.managers.domain.frequency import SPANS, Frequency
from dakehu.managers.domain.visits import MOST_PROMISES, Place, PromiseDraft, VisitLog, VisitPlan
from dakehu.managers.models import Credential
from dakehu.managers.services.files import GRADES, CredentialDraft, FileDraft
from dakehu.managers.web.words import CREDENTIALS, OUTCOMES
from dakehu.organisation.api import dictionary_choices

_IMAGES = {"accept": "image/png,image/jpeg,image/webp", "class": "form-control"}


class MomentField(forms.DateTimeField):
    """A day with a time, chosen or typed, in China Standard Time."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class FileForm(forms.Form):
    """A manager's file; name, post and unit are the person's."""

    user = PickField(source="managers_person", label=_("Person"))
    grade = forms.ChoiceField(label=pgettext_lazy("manager", "Grade"), required=False)
    since = DateField(label=_("Manager since"), required=False)
    languages = LineField(
        label=_("Languages"), max_length=120, required=False, help_text=_("Such as: Mandarin, English (good)")
    )
    remark = LineField(label=pgettext_lazy("manager", "Remark"), max_length=400, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["grade"], [("", "—"), *dictionary_choices(GRADES)])

    def draft(self) -> FileDraft:
        values = {name: self.cleaned_data[name] for name in ("grade", "since", "languages", "remark")}
        return FileDraft(**values)


class FileChangeForm(FileForm):
    version = VersionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["user"]


class PhotoForm(forms.Form):
    photo = forms.FileField(
        label=pgettext_lazy("manager", "Photo"),
        help_text=_("PNG, JPEG or WebP, at most 4 MB"),
        widget=forms.FileInput(attrs=_IMAGES),
    )


class CredentialForm(forms.Form):
    kind = forms.ChoiceField(
        label=pgettext_lazy("credential", "Kind"),
        choices=lambda: [(str(k), v) for k, v in CREDENTIALS.items()],
    )
    title = LineField(label=pgettext_lazy("credential", "Title"), max_length=120)
    issuer = LineField(label=_("Issued or held by"), max_length=120, required=False)
    first_on = DateField(label=pgettext_lazy("credential", "From"))
    last_on = DateField(label=pgettext_lazy("credential", "To"), required=False)
    hours = NumberField(label=_("Hours"), required=False, min_value=0, max_value=2000)

    def draft(self) -> CredentialDraft:
        values = {**self.cleaned_data, "hours": self.cleaned_data["hours"] or 0}
        return CredentialDraft(**{**values, "kind": Credential.Kind(values["kind"])})


class PlanForm(forms.Form):
    """A visit's plan. `contacts` are the account's, once that is known."""

    customer = PickField(source="customers", label=_("Customer"))
    starts_at = MomentField(label=pgettext_lazy("visit", "When"))
    minutes = NumberField(label=pgettext_lazy("visit", "Minutes"), initial=60)
    purpose = LineField(label=_("Purpose"), max_length=200)
    contacts = forms.MultipleChoiceField(
        label=_("Whom to meet"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, contacts: Iterable[Contact] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_contacts(self, contacts)

    def plan(self) -> VisitPlan:
        values = self.cleaned_data
        return VisitPlan(values["starts_at"], values["minutes"], values["purpose"], _ids(values))


class PlanChangeForm(PlanForm):
    version = VersionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["customer"]


class LogForm(forms.Form):
    """What happened, as written on the way back to the car: one thumb, a small screen."""

    visited_at = MomentField(label=_("Visited at"))
    contacts = forms.MultipleChoiceField(
        label=_("Who was met"), required=False, widget=forms.CheckboxSelectMultiple
    )
    text = forms.CharField(
        label=_("Work log"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "autocapitalize": "off"}),
    )
    photo = forms.FileField(
        label=pgettext_lazy("visit", "Photo"),
        required=False,
        help_text=_("PNG, JPEG or WebP, at most 8 MB"),
        widget=forms.FileInput(attrs=_IMAGES),
    )
    latitude = forms.DecimalField(required=False, widget=forms.HiddenInput, max_digits=9, decimal_places=6)
    longitude = forms.DecimalField(required=False, widget=forms.HiddenInput, max_digits=9, decimal_places=6)
    version = VersionField()

    def __init__(self, *args: Any, contacts: Iterable[Contact] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in range(1, MOST_PROMISES + 1):
            label = _("Promise %(number)s") % {"number": row}
            self.fields[f"promise_{row}"] = LineField(label=label, max_length=200, required=False)
            self.fields[f"due_{row}"] = DateField(label=_("by"), required=False)
        _offer_contacts(self, contacts)

    def log(self) -> VisitLog:
        values = self.cleaned_data
        place = None
        if values["latitude"] is not None and values["longitude"] is not None:
            place = Place(values["latitude"], values["longitude"])
        rows = ((row, values[f"promise_{row}"], values[f"due_{row}"]) for row in range(1, MOST_PROMISES + 1))
        promises = tuple(PromiseDraft(text, due, row) for row, text, due in rows if text or due)
        return VisitLog(values["visited_at"], values["text"].strip(), _ids(values), promises, place)


class CommentForm(forms.Form):
    comment = LineField(label=_("Leader's comment"), max_length=400)
    version = VersionField()


class OutcomeForm(forms.Form):
    event = forms.ChoiceField(label=_("What became of it"), choices=OUTCOMES)
    outcome = LineField(label=_("Outcome"), max_length=400)
    version = VersionField()


class RulesForm(forms.Form):
    """Visits wanted of each grade, and in how many months."""

    def __init__(self, *args: Any, rules: Sequence[tuple[Frequency, object]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.grades = [rule.grade for rule, _label in rules]
        spans: list[tuple[str, object]] = [
            (str(months), _("in %(count)s months") % {"count": months}) for months in SPANS
        ]
        spans[0] = ("1", _("a month"))
        spans[2] = ("3", _("a quarter"))
        spans[-1] = (spans[-1][0], _("a year"))
        for rule, label in rules:
            grade = rule.grade
            self.fields[f"visits_{grade}"] = NumberField(
                label=_("%(grade)s: visits") % {"grade": label}, initial=rule.visits
            )
            self.fields[f"months_{grade}"] = forms.ChoiceField(
                label=_("%(grade)s: period") % {"grade": label}, choices=spans, initial=str(rule.months)
            )

    def rules(self) -> list[Frequency]:
        values = self.cleaned_data
        return [Frequency(g, values[f"visits_{g}"], int(values[f"months_{g}"])) for g in self.grades]


class HandOverForm(forms.Form):
    taker = PickField(source="customers_owner", label=_("To whom"))
    reason = LineField(label=_("Reason"), max_length=200)
    accounts = forms.MultipleChoiceField(label=_("Accounts"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, accounts: Iterable[Customer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(str(each.pk), f"{each.name} · {each.code}") for each in accounts]
        _offer(self.fields["accounts"], offered)
        self.fields["accounts"].initial = [pk for pk, _name in offered]


def plan_initial(customer_id: int | None, starts_at: datetime) -> dict[str, Any]:
    return {"customer": customer_id or "", "starts_at": starts_at, "minutes": 60}


def day_from(text: str, otherwise: date) -> date:
    """A day of an address, or another where it is none: people edit addresses."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return otherwise


def number_from(text: str) -> int:
    """A whole number of an address or a hidden field; 0 where it is none."""
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _ids(values: dict[str, Any]) -> frozenset[int]:
    return frozenset(int(pk) for pk in values.get("contacts", ()))


def _offer_contacts(form: forms.Form, contacts: Iterable[Contact]) -> None:
    offered = [(str(each.pk), f"{each.name} {each.post}".strip()) for each in contacts]
    if offered:
        _offer(form.fields["contacts"], offered)
    else:
        del form.fields["contacts"]


def _offer(field: forms.Field, choices: Sequence[tuple[str, object]]) -> None:
    if not isinstance(field, forms.ChoiceField):
        raise TypeError("only a choice field has choices")
    field.choices = choices
