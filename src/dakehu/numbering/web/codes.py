"""Feature codes of a tenant: what its members dial, the national digits where nothing else is set.

The form has a field for each feature, so that a fault stands beside the code it is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dakehu.infra.ui.api import CodeField, FormPage, Group, Tab, VersionField
from dakehu.numbering.domain.codetables import Moved, clashes
from dakehu.numbering.domain.featurecodes import CODES, Feature
from dakehu.numbering.web.words import FEATURES, Text

NATIONAL: Mapping[Feature, str] = MappingProxyType({feature: digits for digits, feature in CODES.items()})
_FORWARDING = tuple(each for each in Feature if each.startswith("forward"))
_PASSWORDS = (
    Feature.RESTRICTION,
    Feature.RESTRICTION_PASSWORD,
    Feature.CALL_BY_PASSWORD,
    Feature.CALL_PASSWORD,
)
_ON_CALLS = (Feature.PICK_UP, Feature.PICK_UP_LINE, Feature.PARK, Feature.RETRIEVE)
_CONSOLES = (Feature.BREAK_IN, Feature.RELEASE, Feature.ATTEND)
_GROUPS = (
    (gettext_lazy("Forwarding"), _FORWARDING),
    (gettext_lazy("Restriction and passwords"), _PASSWORDS),
    (gettext_lazy("Calls of others"), _ON_CALLS),
    (gettext_lazy("Attendants"), _CONSOLES),
)


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A feature: its digits for this tenant, and the national ones."""

    label: Text
    digits: str
    national: str

    @property
    def is_own(self) -> bool:
        return self.digits != self.national


class CodesForm(forms.Form):
    """Digits by feature; an empty field is the national code."""

    version = VersionField()

    def __init__(self, data: Any = None, *, codes: Iterable[tuple[str, str]], version: int) -> None:
        own = dict(codes)
        super().__init__(data, initial={"version": version, **own})
        for feature, national in NATIONAL.items():
            self.fields[str(feature)] = CodeField(
                label=FEATURES[feature],
                required=False,
                max_length=3,
                help_text=gettext_lazy("National: *%(code)s") % {"code": national},
            )

    def clean(self) -> dict[str, Any]:
        """Each field whose digits are wrong, or another feature's, has its fault."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        for name, digits in self.moved():
            if not (digits.isascii() and digits.isdecimal() and len(digits) in {2, 3}):
                self.add_error(name, _("A code has two or three digits."))
        for name, digits, other in clashes(self.moved()):
            said = _("*%(code)s is the code of “%(feature)s”. Choose another, or move that one too.")
            self.add_error(name, said % {"code": digits, "feature": FEATURES[Feature(other)]})
        return values

    def moved(self) -> Moved:
        """The features whose digits are not the national ones; after `is_valid`."""
        values = self.cleaned_data
        return tuple(
            (str(feature), str(values[feature]))
            for feature, national in NATIONAL.items()
            if values.get(feature) and values[feature] != national
        )


def codes_page(form: CodesForm, title: str, back: str, noun: str) -> FormPage:
    """The form of a tenant's feature codes, in groups."""
    named = {feature for _title, features in _GROUPS for feature in features}
    rest = [str(feature) for feature in NATIONAL if feature not in named]
    return FormPage(
        title=title,
        form=form,
        note=_("Empty is the national code. A feature with a code of its own leaves its national one."),
        groups=[
            *(Group(label, [str(feature) for feature in features]) for label, features in _GROUPS),
            Group(pgettext_lazy("voice", "Other services"), rest),
        ],
        back=back,
        done=_("Saved; telephones follow within seconds."),
        noun=noun,
    )


def code_rows(codes: Iterable[tuple[str, str]]) -> list[CodeRow]:
    """All features in national order."""
    own = dict(codes)
    return [
        CodeRow(FEATURES[feature], own.get(str(feature), national), national)
        for national, feature in sorted(CODES.items())
    ]


def codes_tab(codes: Iterable[tuple[str, str]], change_url: str) -> Tab:
    """The tab of a tenant's record; `change_url` is empty for who may not change them."""
    rows = code_rows(codes)
    return Tab(
        "codes",
        gettext_lazy("Feature codes"),
        "numbering/codes.html",
        {"rows": rows, "change_url": change_url},
        count=sum(row.is_own for row in rows) or None,
    )


def codes_label(codes: Iterable[tuple[str, str]]) -> str:
    """A tenant's changes as the trail shows them."""
    names = {str(feature) for feature in Feature}
    return "、".join(f"{FEATURES[Feature(name)]} *{digits}" for name, digits in codes if name in names)
