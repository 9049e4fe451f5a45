"""The forms of customer files and contacts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.customers.domain.drafts import LONGEST, CustomerDraft
from dakehu.customers.domain.duplicates import Answer, Duplicate, Kinship, Likeness
from dakehu.customers.domain.grades import Grade
from dakehu.customers.domain.names import NAME_MAX
from dakehu.customers.domain.relations import Attitude
from dakehu.customers.services.contacts import ContactDraft
from dakehu.customers.web.relation_words import ATTITUDES
from dakehu.customers.web.words import grade_choices
from dakehu.infra.ui.api import (
    CodeField,
    DateField,
    LineField,
    MoneyField,
    NameField,
    PickField,
    VersionField,
)
from dakehu.organisation.api import dictionary_choices

_LIVE = {
    "hx-trigger": "input changed delay:400ms",
    "hx-target": "#customer-check",
    "hx-include": "#id_name, #id_credit_code",
}
_DRAFT_FIELDS = (
    "name", "credit_code", "section", "trade", "monthly_revenue_fen", "address", "phone", "website", "remark",
)  # fmt: skip


class CustomerForm(forms.Form):
    """A customer file. `kinship` and `names_differ` answer the duplicates that were found."""

    name = NameField(
        label=_("Customer name"), max_length=NAME_MAX, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    credit_code = CodeField(
        label=_("Unified social credit code"),
        max_length=40,
        required=False,
        help_text=_("18 characters, as on the business licence"),
    )
    kinship = forms.ChoiceField(
        label=_("Another account has this credit code"),
        required=False,
        choices=[
            (str(Kinship.UNSAID), _("Please choose")),
            (str(Kinship.BRANCH), _("This one is a branch: the parent below is that account")),
            (str(Kinship.PARENT), _("This one is the parent of that account")),
        ],
    )
    names_differ = forms.BooleanField(
        label=_("It is another customer than those with a like name"), required=False
    )
    parent = PickField(
        source="customers",
        label=_("Parent customer"),
        required=False,
        help_text=_("The group or company that this one is a branch or site of"),
    )
    org_unit = PickField(source="customers_unit", label=_("Unit"))
    owner = PickField(source="customers_owner", label=_("Account manager"), required=False)
    trade = forms.ChoiceField(label=_("Trade"), required=False)
    section = forms.ChoiceField(label=_("Trade section"), required=False)
    monthly_revenue_fen = MoneyField(
        label=_("Monthly revenue, yuan"),
        required=False,
        help_text=_("Average of the last twelve months"),
    )
    grade = forms.ChoiceField(label=_("Grade"), required=False)
    phone = LineField(label=_("Telephone"), max_length=LONGEST["phone"], required=False)
    website = LineField(label=_("Website"), max_length=LONGEST["website"], required=False)
    address = LineField(label=_("Address"), max_length=LONGEST["address"], required=False)
    remark = forms.CharField(
        label=_("Remark"),
        max_length=LONGEST["remark"],
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, check_url: str, may_assign: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["trade"] = _choice(self.fields["trade"], [("", "—"), *dictionary_choices("trade")])
        self.fields["section"] = _choice(
            self.fields["section"], [("", "—"), *dictionary_choices("trade_section")]
        )
        self.fields["grade"] = _choice(self.fields["grade"], [("", _("By the rules")), *grade_choices()])
        live = {
            "hx-get": check_url,
            "hx-trigger": "input changed delay:400ms",
            "hx-target": "#customer-check",
        }
        for name in ("name", "credit_code"):
            self.fields[name].widget.attrs |= {**live, "hx-include": "#id_name, #id_credit_code"}
        if not may_assign:
            del self.fields["owner"]

    def ask(self, found: Collection[Duplicate]) -> None:
        """Leave only the questions that the duplicates found give rise to."""
        kinds = {duplicate.likeness for duplicate in found}
        if Likeness.SAME_CODE not in kinds:
            del self.fields["kinship"]
        if not kinds or Likeness.SAME_CODE in kinds:
            del self.fields["names_differ"]

    def clean_org_unit(self) -> int | None:
        return _number(self.cleaned_data["org_unit"])

    def clean_owner(self) -> int | None:
        return _number(self.cleaned_data["owner"])

    def clean_parent(self) -> int | None:
        return _number(self.cleaned_data["parent"])

    def clean_grade(self) -> int | None:
        return _number(self.cleaned_data["grade"])

    def clean_monthly_revenue_fen(self) -> int:
        return self.cleaned_data["monthly_revenue_fen"] or 0

    def draft(self, *, owner_id: int | None) -> CustomerDraft:
        """What was typed; `owner_id` where the form may not say it. After `is_valid`."""
        values = {name: self.cleaned_data[name] for name in _DRAFT_FIELDS}
        grade = self.cleaned_data["grade"]
        return CustomerDraft(
            **values,
            org_unit_id=self.cleaned_data["org_unit"] or 0,
            grade=Grade(grade) if grade else None,
            owner_id=self.cleaned_data["owner"] if "owner" in self.fields else owner_id,
            parent_id=self.cleaned_data["parent"],
        )

    def answer(self) -> Answer:
        kinship = Kinship(self.cleaned_data.get("kinship") or Kinship.UNSAID)
        return Answer(kinship, names_differ=bool(self.cleaned_data.get("names_differ")))


class ChangeForm(CustomerForm):
    version = VersionField()


class ContactForm(forms.Form):
    name = NameField(label=pgettext_lazy("contact", "Name"), max_length=60)
    post = LineField(label=pgettext_lazy("contact", "Position"), max_length=60, required=False)
    role = forms.ChoiceField(label=_("Part in a purchase"), required=False)
    attitude = forms.ChoiceField(
        label=_("Attitude"),
        choices=[(key, badge.label) for key, badge in ATTITUDES.items()],
        initial=Attitude.NEUTRAL,
    )
    reports_to = forms.ChoiceField(label=_("Reports to"), required=False)
    phone = LineField(label=_("Telephone"), max_length=40, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    birthday = DateField(label=_("Birthday"), required=False)
    preferences = LineField(
        label=_("Preferences"),
        max_length=200,
        required=False,
        help_text=_("How and when to reach them, what they care for"),
    )
    is_primary = forms.BooleanField(label=_("First contact"), required=False)
    remark = LineField(label=_("Remark"), max_length=200, required=False)

    def __init__(self, *args: Any, others: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reports_to"] = _choice(self.fields["reports_to"], [("", "—"), *others])
        self.fields["role"] = _choice(self.fields["role"], [("", "—"), *dictionary_choices("contact_role")])

    def draft(self) -> ContactDraft:
        values = {k: v for k, v in self.cleaned_data.items() if k not in {"version", "reports_to"}}
        return ContactDraft(**values, reports_to_id=_number(self.cleaned_data["reports_to"]))


class ContactChangeForm(ContactForm):
    version = VersionField()


class OwnerForm(forms.Form):
    owner = PickField(
        source="customers_owner",
        label=_("Account manager"),
        required=False,
        help_text=_("Blank: nobody's"),
    )


class CollaboratorForm(forms.Form):
    user = PickField(source="customers_owner", label=_("Collaborator"))


class GradeForm(forms.Form):
    grade = forms.ChoiceField(label=_("Grade"), choices=grade_choices)


def _number(value: object) -> int | None:
    text = str(value or "")
    return int(text) if text.isdecimal() else None


def _choice(field: forms.Field, choices: Sequence[tuple[str, object]]) -> forms.ChoiceField:
    """The declared choice field with this moment's choices."""
    if not isinstance(field, forms.ChoiceField):
        raise TypeError("only a choice field has choices")
    field.choices = choices
    return field
