"""The forms of groups and members."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.centrex.domain.group import CallRights, Member, RightsLevel
from dakehu.centrex.models import CentrexMember
from dakehu.centrex.services.members import MemberChange
from dakehu.infra.ui.api import CodeField, LineField, NameField, VersionField
from dakehu.kernel.errors import DomainError
from dakehu.kernel.numbers import parse_public
from dakehu.numbering.api import RIGHTS, LineKind


class GroupNameForm(forms.Form):
    version = VersionField()
    name = NameField(label=_("Name of the group"), max_length=80)


class NightForm(forms.Form):
    version = VersionField()
    night_number = CodeField(
        label=_("Night number"),
        max_length=20,
        required=False,
        help_text=_("A line of the customer: it rings while no attendant is there. Empty for none."),
    )

    def number(self, area_code: str) -> str:
        """The number in national form, empty for none; after `is_valid`. Raises `NumberInvalid`."""
        given = str(self.cleaned_data["night_number"])
        return parse_public(given, area_code=area_code, field="night_number") if given else ""


class _Services(forms.Form):
    """What new members and changed ones have in common."""

    short_number = CodeField(
        label=_("Short number"),
        max_length=10,
        help_text=_("By default the last digits of the public number; unique in the group."),
    )
    rights_level = forms.ChoiceField(label=_("Call rights"), choices=list(RIGHTS.items()))
    rights_special = forms.BooleanField(label=_("Special services (114, 95588 …)"), required=False)
    in_group_only = forms.BooleanField(
        label=_("In-group calls only"),
        required=False,
        help_text=_("Excludes outgoing restriction by password."),
    )
    outgoing_restriction = forms.BooleanField(label=_("Outgoing restriction by password"), required=False)
    is_attendant = forms.BooleanField(label=_("Attendant console"), required=False)


class NewMemberForm(_Services):
    public_number = CodeField(
        label=_("Public number"),
        max_length=20,
        help_text=_("A line of the customer's, or a free number of the exchange."),
    )
    line_kind = forms.ChoiceField(
        label=_("Kind of line"),
        choices=[(str(LineKind.FIXED), _("Fixed line")), (str(LineKind.WIRELESS), _("Wireless line"))],
        help_text=_("For a line that is opened now."),
    )
    user_name = LineField(label=pgettext_lazy("voice", "User"), max_length=60, required=False)
    field_order = ["public_number", "short_number", "user_name", "line_kind"]

    def ask_for_proposals(self, url: str) -> None:
        """Have the short number proposed as soon as the public number is there."""
        self.fields["public_number"].widget.attrs |= {
            "hx-get": url,
            "hx-trigger": "change",
            "hx-target": "#id_short_number",
            "hx-swap": "outerHTML",
            "hx-include": "#id_short_number",
        }

    def member(self, area_code: str) -> Member:
        """The member asked for; after `is_valid`. Raises `NumberInvalid`."""
        values = self.cleaned_data
        return Member(
            public_number=parse_public(values["public_number"], area_code=area_code, field="public_number"),
            **_services(values),
        )


class MemberForm(_Services):
    version = VersionField()

    def change(self) -> MemberChange:
        values = self.cleaned_data
        return MemberChange(
            version=values["version"],
            short_number=values["short_number"],
            rights_level=RightsLevel(values["rights_level"]),
            rights_special=values["rights_special"],
            in_group_only=values["in_group_only"],
            outgoing_restriction=values["outgoing_restriction"],
            is_attendant=values["is_attendant"],
        )


def initial_of(member: CentrexMember) -> dict[str, Any]:
    """A member's present state as the form shows it."""
    names = (
        "version", "short_number", "rights_level", "rights_special",
        "in_group_only", "outgoing_restriction", "is_attendant",
    )  # fmt: skip
    return {name: getattr(member, name) for name in names}


def national_or_none(text: str, area_code: str) -> str | None:
    """The national form of what is typed so far, once it is a number."""
    try:
        return parse_public(text, area_code=area_code)
    except DomainError:
        return None


def _services(values: dict[str, Any]) -> dict[str, Any]:
    return {
        "short_number": values["short_number"],
        "rights": CallRights(RightsLevel(values["rights_level"]), values["rights_special"]),
        "in_group_only": values["in_group_only"],
        "outgoing_restriction": values["outgoing_restriction"],
        "is_attendant": values["is_attendant"],
    }
