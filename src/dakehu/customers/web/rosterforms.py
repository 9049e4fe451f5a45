"""The forms of the named-account list and of disputes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.customers.domain.reclaim import ReclaimDays
from dakehu.customers.domain.roster import REASON_MAX, Criterion, Share
from dakehu.customers.services.roster import Application
from dakehu.customers.web.rosterwords import criterion_choices
from dakehu.infra.ui.api import DateField, NumberField, PickField, VersionField

SHARES = 4


def _text(label: Any, most: int, **fields: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, widget=forms.Textarea(attrs={"rows": 3}), **fields)


def _number(value: object) -> int:
    text = str(value or "")
    return int(text) if text.isdecimal() else 0


class ApplicationForm(forms.Form):
    """An application. `duplicates_seen` is asked only where there are accounts like the chosen one."""

    customer = PickField(source="customers", label=_("Customer"))
    owner = PickField(source="customers_owner", label=_("Owner"))
    criterion = forms.ChoiceField(label=_("Criterion"), choices=criterion_choices)
    reason = _text(_("Reason"), REASON_MAX, help_text=_("What speaks for the account and its owner"))
    duplicates_seen = forms.BooleanField(
        label=_("I compared the accounts listed above: this one is another customer, or their branch"),
        required=False,
    )

    def __init__(self, *args: Any, asks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, SHARES + 1):
            self.fields[f"partner_{number}"] = PickField(
                source="customers_owner",
                label=_("Collaborator %(number)s") % {"number": number},
                required=False,
            )
            self.fields[f"percent_{number}"] = NumberField(
                label=_("Share of credit, per cent"), min_value=1, max_value=100, required=False
            )
        if not asks:
            del self.fields["duplicates_seen"]

    def application(self) -> Application:
        """What was typed; after `is_valid`."""
        values = self.cleaned_data
        pairs = [
            (_number(values.get(f"partner_{number}")), values.get(f"percent_{number}") or 0)
            for number in range(1, SHARES + 1)
        ]
        return Application(
            customer_id=_number(values["customer"]),
            owner_id=_number(values["owner"]),
            criterion=Criterion(values["criterion"]),
            reason=values["reason"],
            shares=tuple(Share(user, percent) for user, percent in pairs if user or percent),
            duplicates_seen=bool(values.get("duplicates_seen")),
        )


class StepForm(forms.Form):
    reason = _text(pgettext_lazy("roster", "Remark"), REASON_MAX, required=False)
    version = VersionField()

    def __init__(self, *args: Any, is_reasoned: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = is_reasoned


class PassForm(forms.Form):
    """For many at once: a remark for each."""

    reason = _text(pgettext_lazy("roster", "Remark"), REASON_MAX, required=False)


class RejectForm(forms.Form):
    reason = _text(_("Reason"), REASON_MAX)


class RuleForm(forms.Form):
    idle_days = NumberField(label=_("Days without visit or sale before the warning"), min_value=1)
    grace_days = NumberField(label=_("Days from the warning to the return"), min_value=1)
    rest_days = NumberField(label=_("Days the last owner cannot have it again"), min_value=1)
    version = VersionField()

    def days(self) -> ReclaimDays:
        values = self.cleaned_data
        return ReclaimDays(values["idle_days"], values["grace_days"], values["rest_days"])


class ClaimForm(forms.Form):
    claimant = PickField(source="customers_owner", label=_("Claimant"))
    evidence = _text(_("Evidence"), 2000, help_text=_("Contracts, visits, orders: what the claim rests on"))

    def claim(self) -> dict[str, Any]:
        values = self.cleaned_data
        return {"claimant_id": _number(values["claimant"]), "evidence": values["evidence"]}


class DisputeForm(ClaimForm):
    customer = PickField(source="customers", label=_("Customer"))
    field_order = ("customer", "claimant", "evidence")

    def customer_id(self) -> int:
        return _number(self.cleaned_data["customer"])


class DecisionForm(forms.Form):
    awarded_to = forms.ChoiceField(label=_("Awarded to"))
    since = DateField(
        label=_("From day"), help_text=_("Today or earlier: from then on the account counts as theirs")
    )
    decision = _text(_("Decision"), 1000)
    version = VersionField()

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["awarded_to"] = forms.ChoiceField(label=_("Awarded to"), choices=people)


class CloseForm(forms.Form):
    reason = _text(_("Reason"), 1000)
    version = VersionField()
