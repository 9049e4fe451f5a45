"""How a VPN's attendants share the calls (VPN-11): a line of text a rule, so that many are quickly written.

    03518880001 40% 周一至周五 08:00-18:00 主叫 0351,0355* 被叫 6000

A rule is an attendant's number and, each where it says something: a percentage, days, hours, callers, called
numbers. A number with a star is a beginning. The English words are `Mon-Fri`, `from` and `to`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dakehu.enterprise_vpn.domain.attendance import EQUAL_SHARE, Share, SharingInvalid, shares_from
from dakehu.enterprise_vpn.models import EnterpriseVpn
from dakehu.infra.ui.api import CodeField, NumberField, VersionField
from dakehu.kernel.errors import DomainError, raise_faults
from dakehu.kernel.numbers import parse_public
from dakehu.kernel.periods import Callers, Period
from dakehu.kernel.text import clean_line
from dakehu.numbering.api import (
    callers_from_text,
    callers_text,
    days_from,
    days_text,
    hours_from,
    hours_text,
    is_chinese,
)

_CALLERS, _CALLED = {"主叫", "from"}, {"被叫", "to"}
_PERCENT = re.compile(r"([0-9]{1,4})[%％]")


class SharingForm(forms.Form):
    version = VersionField()
    attendant_limit = NumberField(
        label=gettext_lazy("Attendants logged in at most"),
        min_value=0,
        max_value=200,
        help_text=gettext_lazy("Beyond it signing in is refused, here and by the feature code."),
    )
    night_number = CodeField(
        label=gettext_lazy("Night number"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("A member of the VPN: it rings while no attendant is there. Empty for none."),
    )
    sharing = forms.CharField(
        label=gettext_lazy("Rules"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "class": "dk-code"}),
        help_text=gettext_lazy(
            "One a line: the attendant's number, then percentage, days, hours, from callers, to called "
            "numbers, each only where it limits. Example: 03518880001 40% Mon-Fri 08:00-18:00 "
            "from 0351*,03558880001 to 6000. Who has no rule takes an equal share (100%) at all times."
        ),
    )

    def shares(self) -> tuple[Share, ...]:
        """After `is_valid`; raises every unreadable line's fault at once."""
        shares, faults = [], list[DomainError]()
        for place, line in enumerate(str(self.cleaned_data["sharing"]).splitlines(), start=1):
            try:
                shares += [share_from(line)] if line.strip() else []
            except (DomainError, ValueError):
                faults.append(
                    SharingInvalid(field="sharing", why="unreadable", value=f"{place}: {line.strip()}")
                )
        raise_faults(faults)
        return tuple(shares)

    def night(self) -> str:
        """In national form, empty for none. Raises `NumberInvalid`."""
        given = str(self.cleaned_data["night_number"])
        return parse_public(given, field="night_number") if given else ""


def initial_of_sharing(vpn: EnterpriseVpn, shares: Sequence[Share]) -> dict[str, Any]:
    return {
        "version": vpn.version,
        "attendant_limit": vpn.attendant_limit,
        "night_number": vpn.night_number,
        "sharing": "\n".join(map(share_text, shares)),
    }


def share_from(line: str) -> Share:
    """A rule from its line. Raises ValueError, `NumberInvalid` for what can't be read."""
    number, *words = clean_line(line).split()
    percent, periods, hours, days = EQUAL_SHARE, list[Period](), list[tuple[time, time]](), frozenset[int]()
    groups: dict[bool, Callers] = {}
    rest = iter(words)
    for word in rest:
        if found := _PERCENT.fullmatch(word):
            percent = int(found.group(1))
        elif (span := hours_from(word)) is not None:
            hours.append(span)
        elif word.casefold() in _CALLERS | _CALLED:
            is_called = word.casefold() in _CALLED
            groups[is_called] = callers_from_text(next(rest, ""), in_full=not is_called)
        else:
            days |= days_from(word)
    if hours or days:
        periods = [Period(begins, ends, days) for begins, ends in hours or [(time(), time())]]
    return Share(parse_public(number), percent, tuple(periods), groups.get(False), groups.get(True))


def share_text(share: Share) -> str:
    """The rule as its line, in the reader's language; what `share_from` reads."""
    parts = [share.attendant, f"{share.percent}%"]
    if share.periods:
        parts += days_text(sorted(share.periods[0].weekdays))
        parts += filter(None, map(hours_text, share.periods))
    for words, group in ((("主叫", "from"), share.callers), (("被叫", "to"), share.called)):
        if group is not None:
            parts += [words[not is_chinese()], callers_text(group)]
    return " ".join(parts)


def rules_shown(rows: Sequence[dict[str, Any]]) -> str:
    """The rules as the trail shows them."""
    return "；".join(map(share_text, shares_from(rows))) or _("equal shares")
