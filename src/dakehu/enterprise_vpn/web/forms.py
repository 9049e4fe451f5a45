"""The forms of VPNs, members and closed user groups."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.enterprise_vpn.domain.errors import RowRefused
from dakehu.enterprise_vpn.domain.rules import BARRABLE, LONGEST
from dakehu.enterprise_vpn.domain.vpn import AttendantKind
from dakehu.enterprise_vpn.models import ClosedGroup, EnterpriseVpn, MemberRow
from dakehu.enterprise_vpn.selectors.vpns import closed_groups_of
from dakehu.enterprise_vpn.services.members import MemberChange, MemberPlan
from dakehu.enterprise_vpn.services.vpns import VpnPlan
from dakehu.enterprise_vpn.web.words import ATTENDANTS, CLASSES
from dakehu.infra.errors import message_for
from dakehu.infra.ui.api import CodeField, NameField, NumberField, PickField, VersionField
from dakehu.kernel.errors import DomainError, raise_faults
from dakehu.kernel.numbers import CallClass, is_area_code, parse_public
from dakehu.kernel.text import clean_code
from dakehu.numbering.api import LineGroup

_PARTS = re.compile(r"[\s,;，；、]+")


class VpnForm(forms.Form):
    version = VersionField(required=False)
    name = NameField(label=_("Name of the VPN"), max_length=80)
    short_length = NumberField(
        label=_("Digits of short numbers"),
        help_text=_("3 to 6 digits, the same for all members."),
    )
    exit_prefix = CodeField(
        label=pgettext_lazy("vpn", "Exit prefix"),
        max_length=1,
        required=False,
        help_text=_("What single lines dial before a public number. Empty: public numbers as they are."),
    )
    attendant = CodeField(
        label=_("Attendant's number"),
        max_length=LONGEST,
        required=False,
        help_text=_("The short number of the VPN's attendants; empty where there are none."),
    )
    attendant_limit = NumberField(label=_("Attendants logged in at most"), min_value=0, max_value=200)
    main_number = CodeField(
        label=_("Main number"),
        max_length=20,
        required=False,
        help_text=_("A line of the customer, with area code."),
    )
    shows_main_number = forms.BooleanField(
        label=_("Show the main number outside"),
        required=False,
        help_text=_("Otherwise the outside sees the line's own public number."),
    )

    def plan(self) -> VpnPlan:
        """After `is_valid`; raises `NumberInvalid`."""
        values = dict(self.cleaned_data)
        values.pop("version", None)
        values.pop("customer", None)
        if values["main_number"]:
            values["main_number"] = parse_public(values["main_number"], field="main_number")
        return VpnPlan(**values)


class NewVpnForm(VpnForm):
    customer = PickField(source="customers", label=_("Customer"))
    field_order = ["customer", "name"]


def initial_of_vpn(vpn: EnterpriseVpn) -> dict[str, Any]:
    names = (
        "version", "name", "short_length", "exit_prefix", "attendant", "attendant_limit",
        "main_number", "shows_main_number",
    )  # fmt: skip
    return {name: getattr(vpn, name) for name in names}


class _Restrictions(forms.Form):
    """What members that join and members that change have in common."""

    barred = forms.MultipleChoiceField(
        label=_("Barred off-net calls"),
        required=False,
        choices=[(str(each), CLASSES[each]) for each in BARRABLE],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Emergency calls and calls inside the VPN always pass."),
    )
    closed_group = forms.ChoiceField(
        label=_("Closed user group"),
        required=False,
        help_text=_("Its members call, and are called by, only each other."),
    )

    def __init__(self, *args: Any, vpn: EnterpriseVpn, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["closed_group"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 - declared above
        choice.choices = [("", pgettext_lazy("voice", "None")), *_choices(closed_groups_of(vpn))]

    def restrictions(self) -> tuple[frozenset[CallClass], int]:
        """Barred classes and closed group; after `is_valid`."""
        values = self.cleaned_data
        return frozenset(map(CallClass, values["barred"])), int(values["closed_group"] or 0)


class MembersForm(_Restrictions):
    lines = forms.CharField(
        label=_("Lines"),
        widget=forms.Textarea(attrs={"rows": 8, "class": "dk-code"}),
        help_text=_(
            "One a line: public number with area code, and its short number. Without one the next that fits "
            "is taken. Two columns copied from Excel can be pasted."
        ),
    )
    field_order = ["lines"]

    def plans(self) -> dict[int, MemberPlan]:
        """What each filled line asks for, by its place in the text; after `is_valid`.

        Raises every unreadable line's fault at once.
        """
        barred, closed_group = self.restrictions()
        plans, faults = {}, list[DomainError]()
        for place, (number, short_number) in _pairs(self.cleaned_data["lines"]):
            try:
                plans[place] = MemberPlan(parse_public(number), short_number, barred, closed_group)
            except DomainError as fault:
                faults.append(at_line(place, fault))
        raise_faults(faults)
        return plans


class GroupJoinForm(_Restrictions):
    group = forms.TypedChoiceField(label=_("Centrex group"), coerce=int)
    lead = CodeField(
        label=_("Leading digits"),
        max_length=LONGEST - 1,
        required=False,
        help_text=_("Short numbers are these and the last digits of the public number."),
    )
    field_order = ["group", "lead"]

    def __init__(self, *args: Any, groups: list[LineGroup], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["group"]
        assert isinstance(choice, forms.TypedChoiceField)  # noqa: S101 - declared above
        choice.choices = [(group.group_id, group.name) for group in groups]


class MemberForm(_Restrictions):
    version = VersionField()
    short_number = CodeField(label=_("Short number"), max_length=LONGEST)
    attendant = forms.ChoiceField(
        label=_("Attendant"),
        required=False,
        choices=[
            ("", pgettext_lazy("voice", "None")),
            *((str(kind), label) for kind, label in ATTENDANTS.items()),
        ],
        help_text=_("An in-group attendant is a member of a Centrex group."),
    )
    field_order = ["short_number", "barred", "closed_group", "attendant"]

    def change(self) -> MemberChange:
        values = self.cleaned_data
        kind = AttendantKind(values["attendant"]) if values["attendant"] else None
        return MemberChange(values["version"], values["short_number"], *self.restrictions(), kind)


def initial_of(row: MemberRow) -> dict[str, Any]:
    """A member's present state as the form shows it."""
    return {
        "version": row.version,
        "short_number": row.short_number,
        "barred": row.barred,
        "closed_group": row.closed_group_id or "",
        "attendant": row.attendant,
    }


class ClosedGroupForm(forms.Form):
    name = NameField(label=_("Name of the closed group"), max_length=80)


def _choices(groups: Any) -> Iterator[tuple[int, str]]:
    group: ClosedGroup
    for group in groups:
        yield group.pk, group.name


def at_line(place: int, fault: DomainError) -> DomainError:
    """The fault at the field of lines, with the line it is in."""
    return RowRefused(field="lines", row=place, sentence=message_for(fault))


def _pairs(text: str) -> Iterator[tuple[int, tuple[str, str]]]:
    """Each filled line's place, number and short number, however they are parted."""
    for place, line in enumerate(text.splitlines(), start=1):
        parts = [clean_code(part) for part in _PARTS.split(line.strip()) if part]
        if len(parts) > 1 and is_area_code(parts[0]):
            parts[:2] = [parts[0] + parts[1]]
        if parts:
            yield place, (parts[0], parts[1] if len(parts) > 1 else "")
