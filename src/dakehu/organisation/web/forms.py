"""The forms of the system pages; fields understand full-width typing, services decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.infra.access.api import Actor
from dakehu.infra.ui.api import CodeField, DateField, LineField, NameField, NumberField, VersionField
from dakehu.organisation.models import WAYS, DictionaryEntry, OrgUnit, Post, Role, User
from dakehu.organisation.permissions import Permission
from dakehu.organisation.selectors.units import unit_choices
from dakehu.organisation.selectors.users import post_choices, role_choices

_EMPTY = ("", "–")


class UnitForm(forms.Form):
    name = NameField(label=_("Name"), max_length=80)
    short_name = NameField(
        label=_("Short name"),
        max_length=40,
        required=False,
        help_text=_("Shown in lists; the name if empty."),
    )
    area_code = CodeField(label=_("Area code"), max_length=4, required=False)
    version = VersionField(required=False)

    @staticmethod
    def initial_of(unit: OrgUnit) -> dict[str, Any]:
        return {
            "name": unit.name,
            "short_name": unit.short_name,
            "area_code": unit.area_code,
            "version": unit.version,
        }


class UnitMoveForm(forms.Form):
    parent = forms.TypedChoiceField(label=_("New place below"), coerce=int)
    version = VersionField()

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent = self.fields["parent"]
        if isinstance(parent, forms.ChoiceField):
            parent.choices = [_EMPTY, *choices]


class UnitCloseForm(forms.Form):
    into = forms.TypedChoiceField(
        label=_("People and accounts go to"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=_("Not needed where the unit is empty."),
    )
    version = VersionField()

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        into = self.fields["into"]
        if isinstance(into, forms.ChoiceField):
            into.choices = [_EMPTY, *choices]


class UserForm(forms.Form):
    username = CodeField(label=_("Sign-in name"), max_length=40)
    name = NameField(label=pgettext_lazy("person", "Name"), max_length=60)
    mobile = CodeField(label=_("Mobile"), max_length=20, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    valid_until = DateField(
        label=_("Valid until"), required=False, help_text=_("The last day; without one there is no end.")
    )
    org_unit = forms.TypedChoiceField(label=_("Unit"), coerce=int)
    post = forms.TypedChoiceField(label=_("Post"), coerce=int, required=False, empty_value=None)
    scope_unit = forms.TypedChoiceField(
        label=_("Sees"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=_("The data of this unit and all below it; of the own unit if empty."),
    )
    roles = forms.TypedMultipleChoiceField(
        label=_("Roles"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    version = VersionField(required=False)

    def __init__(self, *args: Any, actor: Actor, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = unit_choices(actor, Permission.USER_CHANGE, keep=user.org_unit_id if user else None)
        self._choices("org_unit", own if user else [_EMPTY, *own])
        self._choices("scope_unit", [_EMPTY, *own])
        self._choices("post", [_EMPTY, *post_choices(user.post_id if user else None)])
        self._choices("roles", role_choices())
        if user is not None:
            del self.fields["username"]

    def _choices(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    @staticmethod
    def initial_of(user: User) -> dict[str, Any]:
        return {
            "name": user.name,
            "mobile": user.mobile,
            "email": user.email,
            "valid_until": user.valid_until,
            "org_unit": user.org_unit_id,
            "post": user.post_id,
            "scope_unit": user.scope_unit_id,
            "roles": [role.pk for role in user.roles.all()],
            "version": user.version,
        }


class RoleChoiceForm(forms.Form):
    role = forms.TypedChoiceField(label=_("Role"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role = self.fields["role"]
        if isinstance(role, forms.ChoiceField):
            role.choices = [_EMPTY, *role_choices()]


class WayForm(forms.Form):
    way = forms.ChoiceField(
        label=_("Signs in by"),
        choices=WAYS,
        help_text=_("A password of this system is forgotten, and open sessions end."),
    )
    version = VersionField(required=False)


class RoleForm(forms.Form):
    code = CodeField(
        label=_("Code"), max_length=40, help_text=_("Letters and digits; it cannot be changed later.")
    )
    name = NameField(label=_("Name"), max_length=60)
    name_en = LineField(label=_("English name"), max_length=60, required=False)
    like = forms.TypedChoiceField(
        label=_("Rights as"), coerce=int, required=False, empty_value=None, help_text=_("None if empty.")
    )
    version = VersionField(required=False)

    def __init__(self, *args: Any, role: Role | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        like = self.fields["like"]
        if isinstance(like, forms.ChoiceField):
            roles = Role.objects.filter(everything=False)
            like.choices = [_EMPTY, *((each.pk, str(each)) for each in roles)]
        if role is not None:
            del self.fields["code"], self.fields["like"]


class PostForm(forms.Form):
    code = CodeField(
        label=_("Code"), max_length=40, help_text=_("Letters and digits; it cannot be changed later.")
    )
    name = NameField(label=_("Name"), max_length=60)
    name_en = LineField(label=_("English name"), max_length=60, required=False)
    is_active = forms.BooleanField(label=_("In use"), required=False)
    version = VersionField(required=False)

    def __init__(self, *args: Any, post: Post | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["is_active" if post is None else "code"]


class EntryForm(forms.Form):
    code = CodeField(
        label=_("Code"), max_length=40, help_text=_("Letters and digits; it cannot be changed later.")
    )
    label = NameField(label=_("Label"), max_length=80)
    label_en = LineField(label=_("English label"), max_length=80, required=False)
    order = NumberField(
        label=_("Place in the list"),
        min_value=0,
        max_value=100_000,
        required=False,
        help_text=_("Last if empty."),
    )
    is_active = forms.BooleanField(
        label=_("In use"), required=False, initial=True, help_text=_("Forms offer it.")
    )
    version = VersionField(required=False)

    def __init__(self, *args: Any, entry: DictionaryEntry | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if entry is not None:
            del self.fields["code"]


class NoticeForm(forms.Form):
    text = forms.CharField(
        label=_("Text of the notice"),
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
        max_length=20_000,
        help_text=_("The whole text of the State Council's notice on the holidays of the year."),
    )
    version = VersionField(required=False)


class ClientForm(forms.Form):
    name = NameField(label=_("Name"), max_length=60, help_text=_("Which system calls, and for what."))
    role = forms.TypedChoiceField(label=_("Role"), coerce=int)
    unit = forms.TypedChoiceField(
        label=_("Sees"), coerce=int, help_text=_("The data of this unit and all below it.")
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role, unit = self.fields["role"], self.fields["unit"]
        if isinstance(role, forms.ChoiceField) and isinstance(unit, forms.ChoiceField):
            role.choices = [_EMPTY, *role_choices()]
            unit.choices = [_EMPTY, *unit_choices(actor, Permission.CLIENT_CHANGE)]
