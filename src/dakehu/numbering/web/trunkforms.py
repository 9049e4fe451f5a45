"""The forms of trunk groups: gateways and prefixes a line each, a password that is written and never read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.infra.ui.api import CodeField, LineField, NumberField, VersionField
from dakehu.kernel.errors import raise_faults
from dakehu.kernel.text import clean_code
from dakehu.numbering.domain.trunks import (
    MOST_CHANNELS,
    TRANSPORTS,
    Gateway,
    Rewriting,
    Serves,
    TrunkGroup,
    TrunkInvalid,
)
from dakehu.numbering.models import TrunkGroup as TrunkRow

SERVES = {
    Serves.EXCHANGE: _("Lines of its exchange"),
    Serves.AREA: _("Lines of its exchange's area"),
    Serves.ALL: _("All lines"),
}
ALL_NUMBERS = "*"
_GATEWAY = re.compile(
    r"(?:(?P<transport>[a-z]+):)?(?:\[(?P<six>[0-9a-f:.]+)\]|(?P<four>[^:\[\]]+))(?::(?P<port>[0-9]{1,5}))?"
)
_MOST_DIGITS = 20


class TrunkForm(forms.Form):
    version = VersionField(required=False)
    serves = forms.ChoiceField(
        label=_("Takes calls of"), choices=[(str(each), label) for each, label in SERVES.items()]
    )
    prefixes = forms.CharField(
        label=_("Prefixes"),
        widget=forms.Textarea(attrs={"rows": 3, "class": "dk-code"}),
        help_text=_(
            "Beginnings of numbers with area code, by blanks or lines: 13 0351 +. A star is every number. "
            "The longest that fits counts."
        ),
    )
    order = NumberField(
        label=_("Order"),
        min_value=0,
        max_value=1000,
        help_text=_("Of groups with the same prefix the lowest is first."),
    )
    gateways = forms.CharField(
        label=_("Gateways"),
        widget=forms.Textarea(attrs={"rows": 3, "class": "dk-code"}),
        help_text=_(
            "One a line, in the order in which they are tried: transport, numeric address, port, such as "
            "udp:192.0.2.1:5060 or tcp:[2001:db8::1]:5060."
        ),
    )
    sources = forms.CharField(
        label=_("Further sources"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "dk-code"}),
        help_text=_("Addresses that may bring calls in beside the gateways' own."),
    )
    channels = NumberField(label=_("Channels"), min_value=0, max_value=MOST_CHANNELS)
    reserved = NumberField(label=_("Reserved for emergencies"), min_value=0, max_value=MOST_CHANNELS)
    called_strip = NumberField(label=_("Called number: digits off"), min_value=0, max_value=_MOST_DIGITS)
    called_prepend = CodeField(label=_("Called number: put before"), max_length=20, required=False)
    calling_strip = NumberField(label=_("Calling number: digits off"), min_value=0, max_value=_MOST_DIGITS)
    calling_prepend = CodeField(label=_("Calling number: put before"), max_length=20, required=False)

    def clean_called_prepend(self) -> str:
        return _digits(str(self.cleaned_data["called_prepend"]))

    def clean_calling_prepend(self) -> str:
        return _digits(str(self.cleaned_data["calling_prepend"]))

    def group(self, code: str) -> TrunkGroup:
        """The group asked for; after `is_valid`. Raises every unreadable gateway's fault at once."""
        values = self.cleaned_data
        lines = [line.strip().lower() for line in str(values["gateways"]).splitlines() if line.strip()]
        found = [gateway_from(clean_code(line)) for line in lines]
        raise_faults(
            [
                TrunkInvalid(field="gateways", why="gateways", value=line)
                for line, gateway in zip(lines, found, strict=True)
                if gateway is None
            ]
        )
        return TrunkGroup(
            code=code,
            exchange="",
            area_code="",
            gateways=tuple(filter(None, found)),
            prefixes=tuple(_prefixes(str(values["prefixes"]))),
            serves=Serves(values["serves"]),
            order=values["order"],
            channels=values["channels"],
            reserved=values["reserved"],
            called=Rewriting(values["called_strip"], values["called_prepend"]),
            calling=Rewriting(values["calling_strip"], values["calling_prepend"]),
            sources=tuple(map(clean_code, str(values["sources"]).split())),
        )


class NewTrunkForm(TrunkForm):
    code = CodeField(label=_("Code"), max_length=20, help_text=_("Such as TY01; never changed later."))
    exchange = forms.ChoiceField(label=pgettext_lazy("voice", "Exchange"))
    field_order = ["code", "exchange"]

    def __init__(self, *args: Any, exchanges: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["exchange"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 - declared above
        choice.choices = exchanges


class AccountForm(forms.Form):
    version = VersionField()
    username = LineField(
        label=_("User name"), max_length=60, required=False, help_text=_("Empty: no answer to challenges.")
    )
    realm = LineField(label=_("Realm"), max_length=80, required=False)
    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("It is kept as a hash, is in no trail, and can't be shown again."),
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if values.get("username"):
            for name in ("realm", "password"):
                if not values.get(name):
                    self.add_error(name, _("Needed with a user name."))
        return values


class WayForm(forms.Form):
    exchange = forms.ChoiceField(label=_("A line of the exchange"))
    number = CodeField(label=_("calls the number"), max_length=24)
    calling = CodeField(label=_("and shows the number"), max_length=20, required=False)

    def __init__(self, *args: Any, exchanges: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["exchange"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 - declared above
        choice.choices = exchanges


def initial_of(row: TrunkRow) -> dict[str, Any]:
    group = row.value()
    return {
        "version": row.version,
        "serves": group.serves,
        "prefixes": "\n".join(prefix or ALL_NUMBERS for prefix in group.prefixes),
        "order": group.order,
        "gateways": "\n".join(map(gateway_text, group.gateways)),
        "sources": "\n".join(group.sources),
        "channels": group.channels,
        "reserved": group.reserved,
        "called_strip": group.called.strip,
        "called_prepend": group.called.prepend,
        "calling_strip": group.calling.strip,
        "calling_prepend": group.calling.prepend,
    }


def gateway_from(text: str) -> Gateway | None:
    """The gateway as it is typed, None for what can't be read; its address is the rules' to check."""
    found = _GATEWAY.fullmatch(text)
    if found is None:
        return None
    transport = found["transport"] or TRANSPORTS[0]
    return Gateway(found["six"] or found["four"], int(found["port"] or 5060), transport)


def gateway_text(gateway: Gateway) -> str:
    host = f"[{gateway.host}]" if ":" in gateway.host else gateway.host
    return f"{gateway.transport}:{host}:{gateway.port}"


def _digits(text: str) -> str:
    if not text.removeprefix("+").isdecimal() and text not in {"", "+"}:
        raise forms.ValidationError(_("Digits only, or a plus before them."))
    return text


def _prefixes(text: str) -> Iterator[str]:
    for part in re.split(r"[\s,，、;；]+", text.strip()):
        prefix = clean_code(part)
        yield "" if prefix in {ALL_NUMBERS, "＊"} else prefix.removesuffix("*")
