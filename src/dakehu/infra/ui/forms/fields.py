"""Fields that understand what people type: full-width letters, stray blanks, "1.5万元"."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_noop

from dakehu.infra.errors import message_for
from dakehu.kernel.errors import DomainError
from dakehu.kernel.money import parse_yuan, yuan
from dakehu.kernel.text import clean_code, clean_line, clean_name, fold_width, number_from

# Django says these of its own fields; the words here are shorter.
gettext_noop("This field is required.")
gettext_noop("Enter a valid date.")
gettext_noop("Enter a whole number.")


class LineField(forms.CharField):
    """One line of text: runs of blanks and invisible characters are mended."""

    def to_python(self, value: Any) -> str:
        return super().to_python(clean_line(str(value or ""))) or ""


class NameField(forms.CharField):
    """A name: as `LineField`, and without commas and full stops at its ends."""

    def to_python(self, value: Any) -> str:
        return super().to_python(clean_name(str(value or ""))) or ""


class CodeField(forms.CharField):
    """An identifier or a telephone number: half-width, without any blank."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("class", "dk-code")
        self.widget.attrs.setdefault("autocomplete", "off")

    def to_python(self, value: Any) -> str:
        return super().to_python(clean_code(str(value or ""))) or ""


class NumberField(forms.IntegerField):
    """A whole number, also typed full-width or with commas."""

    widget = forms.TextInput(attrs={"inputmode": "numeric"})

    def to_python(self, value: Any) -> int | None:
        return super().to_python(_figures(value))


class DecimalField(forms.DecimalField):
    """A number with decimals, also typed full-width or with commas."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def to_python(self, value: Any) -> Any:
        return super().to_python(_figures(value))


class MoneyField(forms.Field):
    """An amount: yuan as typed ("1,234.50", "1.5万元"), whole fen in `cleaned_data` and in `initial`."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "dk-money"})

    def prepare_value(self, value: Any) -> Any:
        return yuan(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        if value is None or str(value).strip() == "":
            return None
        try:
            return parse_yuan(str(value))
        except DomainError as error:
            raise ValidationError(message_for(error), code=error.code) from None


class DateField(forms.DateField):
    """A day, chosen or typed."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def to_python(self, value: Any) -> Any:
        return super().to_python(fold_width(value) if isinstance(value, str) else value)


class VersionField(forms.IntegerField):
    """The row's version when the form was opened: what optimistic locking compares."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, **kwargs)


def _figures(value: Any) -> Any:
    """What was typed as a plain number; text that is none stays, and Django's own rule refuses it."""
    if not isinstance(value, str):
        return value
    number = number_from(value)
    return clean_code(value) if number is None else format(number, "f")


class PickField(forms.Field):
    """The id of one thing that a search source knows: typed as a name, chosen from what is found.

    The value is the id as text ("" when nothing is chosen); the service that gets it checks the access.
    """

    def __init__(self, *, source: str, **kwargs: Any) -> None:
        self.source = source
        super().__init__(widget=PickInput(source), **kwargs)

    def to_python(self, value: Any) -> str:
        return clean_code(str(value)) if value not in (None, "") else ""


class PickInput(forms.Widget):
    """A text box that searches a source, and a hidden input with the id chosen."""

    template_name = "ui/widgets/pick.html"

    def __init__(self, source: str, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.source = source

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        described_by = context["widget"]["attrs"].get("aria-describedby", "")
        return {**context, "source": self.source, "described_by": described_by}
