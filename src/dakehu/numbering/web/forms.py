"""The forms of exchanges, blocks and lines."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.infra.access.api import Actor
from dakehu.infra.ui.api import CodeField, LineField, NameField
from dakehu.numbering.domain.exchanges import EXCHANGE_TYPES
from dakehu.numbering.scope import citywide
from dakehu.numbering.web.words import REASONS, RIGHTS
from dakehu.organisation.api import OrgUnit


class ExchangeForm(forms.Form):
    name = NameField(label=_("Name"), max_length=60)
    code = CodeField(label=_("Code"), max_length=20, help_text=_("Such as TY01; never changed later."))
    kind = forms.ChoiceField(
        label=_("Type"), choices=[(code, kind.name) for code, kind in EXCHANGE_TYPES.items()]
    )
    city = forms.ChoiceField(label=pgettext_lazy("voice", "City"))
    area_code = CodeField(label=_("Area code"), max_length=4)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = citywide(actor).scope.path
        cities = OrgUnit.objects.filter(level=OrgUnit.Level.CITY, path__startswith=scope).order_by("path")
        choice = self.fields["city"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 - declared above
        choice.choices = [(str(city.pk), f"{city.short_name} {city.area_code}") for city in cities]


class NumberBlockForm(forms.Form):
    first = CodeField(label=_("First number"), max_length=20, help_text=_("Local or with area code."))
    last = CodeField(label=_("Last number"), max_length=20)


class SuspendForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[(str(reason), label) for reason, label in REASONS.items()],
        widget=forms.RadioSelect,
    )


class LineForm(forms.Form):
    user_name = LineField(label=pgettext_lazy("voice", "User"), max_length=60, required=False)
    rights_level = forms.ChoiceField(
        label=_("Call rights"),
        choices=[(level, label) for level, label in RIGHTS.items() if level != "own_group"],
        help_text=_("Those of a line outside any group; a member has the rights set in its group."),
    )
    rights_special = forms.BooleanField(label=_("Special services (114, 95588 …)"), required=False)
