"""The order form's fields, made from the catalogue's characteristics.

The fields check nothing themselves: every rule is the domain's, asked for the whole order at once, so that
the form says the same as the API and the import.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dakehu.catalogue.api import Characteristic, ProductOffering, ValueType
from dakehu.infra.ui.api import CodeField, LineField, PickField
from dakehu.orders.web.drafts import Draft

CUSTOMERS = "customers"
NUMBERS_LIST = "free-numbers"


class ChooseForm(forms.Form):
    """Customer and product: the first step."""

    customer = PickField(
        label=gettext_lazy("Customer"),
        source=CUSTOMERS,
        help_text=gettext_lazy("Found by name, pinyin initials or account number; never typed."),
    )
    offering = forms.ChoiceField(label=gettext_lazy("Product"), widget=forms.RadioSelect)

    def __init__(self, *args: object, offerings: Sequence[ProductOffering], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # a form's usual arguments, passed on
        field = self.fields["offering"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(offering.code, str(offering)) for offering in offerings]


class TypedForm(forms.Form):
    """A form that shows what was typed and the faults it is given, and finds none itself."""

    def full_clean(self) -> None:
        self._errors = ErrorDict()
        self.cleaned_data = {}


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """A row of the table: its key, its number for people, its form."""

    key: str
    number: int
    form: TypedForm


@dataclass(frozen=True, slots=True)
class DrawnDraft:
    """The draft as forms, and the faults summed up with the input each belongs to."""

    head: TypedForm
    rows: tuple[DrawnRow, ...]
    summary: tuple[tuple[str, str, str], ...]


def draw(draft: Draft, faults: Mapping[str, Sequence[str]]) -> DrawnDraft:
    """The forms with the faults at their fields."""
    head = _form(draft, "head", draft.head_characteristics, faults)
    rows = tuple(
        DrawnRow(key, number, _form(draft, key, draft.row_characteristics, faults))
        for number, key in enumerate(draft.rows, start=1)
    )
    summary: list[tuple[str, str, str]] = [("", "", sentence) for sentence in faults.get("", ())]
    for form, prefix in [
        (head, ""),
        *((row.form, _("row %(number)s") % {"number": row.number}) for row in rows),
    ]:
        for name, told in form.errors.items():
            bound = form[name]
            label = f"{prefix} {bound.label}".strip()
            summary += [(str(bound.id_for_label), label, str(sentence)) for sentence in told]
    return DrawnDraft(head, rows, tuple(summary))


def _form(
    draft: Draft, prefix: str, characteristics: Sequence[Characteristic], faults: Mapping[str, Sequence[str]]
) -> TypedForm:
    form = TypedForm(draft.data, prefix=prefix)
    for each in characteristics:
        form.fields[each.code] = _field(draft, each)
    for each in characteristics:
        for sentence in faults.get(f"{prefix}-{each.code}", ()):
            form.add_error(each.code, sentence)
    return form


def _field(draft: Draft, each: Characteristic) -> forms.Field:
    field = _chooser(draft, each) or _typed(each)
    field.label, field.help_text = str(each), each.shown_hint
    field.required = each.value_type != ValueType.BOOLEAN and (each.is_required or each.code == "group")
    return field


def _chooser(draft: Draft, each: Characteristic) -> forms.Field | None:
    """What is chosen among what there is, never typed: exchange, group (CTX-17), the catalogue's choices."""
    if each.code == "exchange":
        return _choice([(e.code, f"{e.name} ({e.code})") for e in draft.exchanges])
    if each.code == "group":
        return _choice([(str(g.pk), f"{g.name} · {g.exchange.name} · {g.gcn_id}") for g in draft.groups])
    if each.value_type == ValueType.CHOICE:
        return forms.ChoiceField(choices=each.labelled_choices)
    return None


def _typed(each: Characteristic) -> forms.Field:
    if each.value_type == ValueType.BOOLEAN:
        return forms.BooleanField()
    if each.value_type == ValueType.TEXT:
        return LineField()
    mode = "numeric" if each.value_type == ValueType.INTEGER else "tel"
    listed = {"list": NUMBERS_LIST} if each.code == "public_number" else {}
    return CodeField(widget=forms.TextInput(attrs={"inputmode": mode, **listed}))


def _choice(choices: list[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(choices=[("", _("Choose")), *choices])
