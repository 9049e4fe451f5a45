"""The forms of competitors' lines, equipment, contracts and documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.customers.domain.holdings import (
    DICTIONARIES,
    LONGEST,
    AgreementDraft,
    CompetitorLineDraft,
    Confidence,
    DocumentDraft,
    EquipmentDraft,
    HoldingDraft,
    HoldingKind,
)
from dakehu.customers.services.holdings import Upload
from dakehu.customers.web.relation_words import CONFIDENCES
from dakehu.infra.ui.api import CodeField, DateField, LineField, MoneyField, NumberField, VersionField
from dakehu.organisation.api import dictionary_choices, dictionary_label


class HoldingForm(forms.Form):
    """What the four forms share: dictionaries' entries, the draft, the version once there is a record."""

    draft_class: ClassVar[type[HoldingDraft]]

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_new:
            self.fields["version"] = VersionField()
        for name, dictionary in DICTIONARIES.items():
            field = self.fields.get(name)
            if isinstance(field, forms.ChoiceField):
                field.choices = self._choices(name, dictionary)

    def _choices(self, name: str, dictionary: str) -> list[tuple[str, str]]:
        """The entries in use, and the one that the record holds even where it is no longer."""
        choices = [("", "—"), *dictionary_choices(dictionary)]
        held = str(self.initial.get(name) or "")
        if held not in dict(choices):
            choices.append((held, dictionary_label(dictionary, held)))
        return choices

    def draft(self) -> HoldingDraft:
        """What was typed; after `is_valid`."""
        names = [field.name for field in fields(self.draft_class)]
        return self.draft_class(**{name: self.cleaned_data[name] for name in names})

    def upload(self) -> Upload | None:
        file = self.cleaned_data.get("file")
        return Upload(file.name or "", file.chunks()) if file else None


class CompetitorLineForm(HoldingForm):
    draft_class = CompetitorLineDraft

    operator = forms.ChoiceField(label=_("Operator"))
    product = LineField(label=_("Product"), max_length=LONGEST["product"])
    bandwidth_mbps = NumberField(label=_("Bandwidth, Mbit/s"), required=False)
    count = NumberField(label=pgettext_lazy("competitor", "How many"), initial=1)
    monthly_fee_fen = MoneyField(
        label=_("Monthly fee, yuan"), required=False, help_text=_("For all of them together")
    )
    ends_on = DateField(label=_("Contract ends"), required=False)
    source = forms.ChoiceField(label=_("Source"), required=False)
    confidence = forms.ChoiceField(
        label=_("Confidence"),
        choices=[(key, badge.label) for key, badge in CONFIDENCES.items()],
        initial=Confidence.LIKELY,
    )
    remark = LineField(label=_("Remark"), max_length=LONGEST["remark"], required=False)


class EquipmentForm(HoldingForm):
    draft_class = EquipmentDraft

    device = forms.ChoiceField(label=_("Kind of equipment"))
    model = LineField(label=pgettext_lazy("equipment", "Model"), max_length=LONGEST["model"])
    serial = CodeField(label=_("Serial number"), max_length=LONGEST["serial"], required=False)
    place = LineField(
        label=pgettext_lazy("equipment", "Place"),
        max_length=LONGEST["place"],
        required=False,
        help_text=_("Building, floor, room, cabinet"),
    )
    since = DateField(label=pgettext_lazy("equipment", "Since"), required=False)
    warranty_until = DateField(label=_("Warranty until"), required=False)
    remark = LineField(label=_("Remark"), max_length=LONGEST["remark"], required=False)


class _FileField(forms.FileField):
    def __init__(self, **kwargs: Any) -> None:
        widget = forms.FileInput(
            attrs={"accept": ".pdf,.docx,.xlsx,.xls,.pptx,.png,.jpg,.jpeg,.webp", "class": "form-control"}
        )
        super().__init__(widget=widget, required=False, allow_empty_file=True, **kwargs)


class AgreementForm(HoldingForm):
    draft_class = AgreementDraft

    number = CodeField(label=_("Contract number"), max_length=LONGEST["number"])
    subject = LineField(label=pgettext_lazy("agreement", "Subject"), max_length=LONGEST["subject"])
    starts_on = DateField(label=pgettext_lazy("agreement", "From"), required=False)
    ends_on = DateField(label=pgettext_lazy("agreement", "Until"), required=False)
    amount_fen = MoneyField(label=_("Amount, yuan"), required=False)
    file = _FileField(
        label=_("Text of the contract"),
        help_text=_("PDF, Word, Excel, PowerPoint or picture, up to 20 MB. A new file replaces the old one."),
    )
    remark = LineField(label=_("Remark"), max_length=LONGEST["remark"], required=False)


class DocumentForm(HoldingForm):
    draft_class = DocumentDraft

    subject = LineField(label=pgettext_lazy("document", "Title"), max_length=LONGEST["subject"])
    kind = forms.ChoiceField(label=_("Kind of document"), required=False)
    file = _FileField(
        label=pgettext_lazy("document", "File"),
        help_text=_("PDF, Word, Excel, PowerPoint or picture, up to 20 MB. A new file replaces the old one."),
    )
    remark = LineField(label=_("Remark"), max_length=LONGEST["remark"], required=False)


FORMS: Mapping[HoldingKind, type[HoldingForm]] = {
    HoldingKind.COMPETITOR_LINE: CompetitorLineForm,
    HoldingKind.EQUIPMENT: EquipmentForm,
    HoldingKind.AGREEMENT: AgreementForm,
    HoldingKind.DOCUMENT: DocumentForm,
}
