"""Forms of preferences and robots."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.infra.access.api import Actor
from dakehu.infra.ui.api import NameField, VersionField
from dakehu.notices.kinds import Kind, all_kinds, group_kinds
from dakehu.notices.models import Preference, Robot
from dakehu.notices.permissions import Permission
from dakehu.notices.selectors.readers import MAIL, ROBOT, ways
from dakehu.organisation.api import unit_choices

_HOURS = [(hour, f"{hour:02d}:00") for hour in range(24)]


def _choices_of(kinds: Callable[[], list[Kind]]) -> Callable[[], list[tuple[str, str]]]:
    return lambda: [(kind.name, str(kind.label)) for kind in kinds()]


def _hour(text: str) -> int | None:
    return int(text) if text != "" else None


class KindsField(forms.MultipleChoiceField):
    """Any of some kinds of notice."""

    def __init__(self, kinds: Callable[[], list[Kind]] = group_kinds, **kwargs: Any) -> None:
        choices = _choices_of(kinds)
        super().__init__(required=False, widget=forms.CheckboxSelectMultiple, choices=choices, **kwargs)


class PreferenceForm(forms.Form):
    mail = KindsField(all_kinds, label=_("Mailed to me"))
    digest_hour = forms.TypedChoiceField(
        label=_("When"),
        coerce=_hour,
        empty_value=None,
        required=False,
        help_text=_("What is urgent is mailed at once in any case."),
    )
    robot = KindsField(label=_("Said by the robot, calling me"))
    quiet_from = forms.TypedChoiceField(label=_("Quiet from"), coerce=int, choices=_HOURS)
    quiet_to = forms.TypedChoiceField(
        label=pgettext_lazy("hour", "Quiet to"),
        coerce=int,
        choices=_HOURS,
        help_text=_("What comes in between is sent afterwards. The same hour twice: never quiet."),
    )
    language = forms.ChoiceField(label=_("Language of mails"), choices=settings.LANGUAGES)
    version = VersionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        digest = self.fields["digest_hour"]
        if isinstance(digest, forms.ChoiceField):
            daily = [(str(hour), _("Once a day at %(hour)s") % {"hour": text}) for hour, text in _HOURS]
            digest.choices = [("", _("Each at once")), *daily]

    @staticmethod
    def initial_of(row: Preference) -> dict[str, Any]:
        kinds = all_kinds()
        return {
            "mail": [kind.name for kind in kinds if MAIL in ways(row, kind)],
            "robot": [kind.name for kind in kinds if ROBOT in ways(row, kind)],
            "digest_hour": "" if row.digest_hour is None else row.digest_hour,
            "quiet_from": row.quiet_from,
            "quiet_to": row.quiet_to,
            "language": row.language,
            "version": row.version,
        }


class RobotForm(forms.Form):
    name = NameField(label=_("Name"), max_length=60, help_text=_("As the chat group is called."))
    unit = forms.TypedChoiceField(
        label=_("Unit"), coerce=int, help_text=_("It is told of what lies in this unit and below it.")
    )
    style = forms.ChoiceField(label=_("Made by"), choices=Robot.Kind.choices)
    address = forms.CharField(
        label=_("Webhook address"),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "dk-code"}),
    )
    secret = forms.CharField(
        label=_("Signing secret"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("DingTalk, where the robot's security setting is “signature”."),
    )
    kinds = KindsField(label=_("The group is told of"))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    is_active = forms.BooleanField(label=_("Switched on"), required=False, initial=True)
    version = VersionField(required=False)

    def __init__(self, *args: Any, actor: Actor, robot: Robot | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = self.fields["unit"]
        if isinstance(unit, forms.ChoiceField):
            keep = robot.org_unit_id if robot else None
            unit.choices = unit_choices(actor, Permission.ROBOT_CHANGE, keep=keep)
        kept = _("Kept sealed and never shown; leave it blank to keep the one there is.")
        self.fields["address"].help_text = kept if robot else _("As the chat program gives it; kept sealed.")
        self.fields["address"].required = robot is None

    @staticmethod
    def initial_of(row: Robot) -> dict[str, Any]:
        return {
            "name": row.name,
            "unit": row.org_unit_id,
            "style": row.style,
            "kinds": row.kinds,
            "language": row.language,
            "is_active": row.is_active,
            "version": row.version,
        }
