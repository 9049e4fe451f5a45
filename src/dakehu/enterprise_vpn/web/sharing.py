"""How a VPN's attendants share the calls (VPN-11): a line of text a rule, so that many are quickly written.

    03518880001 40% 周一至周五 08:00-18:00 主叫 0351,0355* 被叫 6000

A rule is an attendant's number and, each where it says something: a percentage, days, hours, callers, called
numbers. A number with a star is a beginning. The English words are `Mon-Fri`, `from` and `to`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from dakehu.enterprise_vpn.domain.attendance import EQUAL_SHARE, Share, SharingInvalid, shares_from
from dakehu.enterprise_vpn.models import EnterpriseVpn
from dakehu.infra.ui.api import CodeField, NumberField, VersionField
from dakehu.kernel.errors import DomainError, raise_faults
from dakehu.kernel.numbers import parse_public
from dakehu.kernel.periods import Callers, Period
from dakehu.kernel.text import clean_line

_DAYS_ZH = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_DAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAYS = {name.casefold(): place for names in (_DAYS_ZH, _DAYS_EN) for place, name in enumerate(names, 1)}
_CALLERS, _CALLED = {"主叫", "from"}, {"被叫", "to"}
_HOURS = re.compile(r"([0-9]{1,2}:[0-9]{2})[-–~至]([0-9]{1,2}:[0-9]{2})")
_PERCENT = re.compile(r"([0-9]{1,4})[%％]")
_SPAN = re.compile(r"(.+?)[-–~至](.+)")
_COMMAS = re.compile(r"[,，、]")


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
        elif found := _HOURS.fullmatch(word):
            hours.append((_clock(found.group(1)), _clock(found.group(2))))
        elif word.casefold() in _CALLERS | _CALLED:
            is_called = word.casefold() in _CALLED
            groups[is_called] = _numbers(next(rest, ""), in_full=not is_called)
        else:
            days |= _days(word)
    if hours or days:
        periods = [Period(begins, ends, days) for begins, ends in hours or [(time(), time())]]
    return Share(parse_public(number), percent, tuple(periods), groups.get(False), groups.get(True))


def share_text(share: Share) -> str:
    """The rule as its line, in the reader's language; what `share_from` reads."""
    is_chinese = (get_language() or "").startswith("zh")
    parts = [share.attendant, f"{share.percent}%"]
    if share.periods:
        parts += _days_text(sorted(share.periods[0].weekdays), is_chinese=is_chinese)
        parts += [
            f"{each.begins:%H:%M}-{each.ends:%H:%M}" for each in share.periods if each.begins != each.ends
        ]
    for words, group in ((("主叫", "from"), share.callers), (("被叫", "to"), share.called)):
        if group is not None:
            parts += [words[not is_chinese], ",".join(_number_texts(group))]
    return " ".join(parts)


def _clock(text: str) -> time:
    hour, _colon, minute = text.partition(":")
    return time(int(hour) % 24, int(minute))


def _days(word: str) -> frozenset[int]:
    """ "Mon-Fri", "周一至周五", "Sat,Sun"."""
    days = set[int]()
    for part in _COMMAS.split(word):
        span = _SPAN.fullmatch(part)
        first, last = (_day(span.group(1)), _day(span.group(2))) if span else (_day(part), _day(part))
        days.update(range(first, last + 1) if first <= last else [*range(first, 8), *range(1, last + 1)])
    return frozenset(days)


def _day(text: str) -> int:
    day = _DAYS.get(text.casefold())
    if day is None:
        raise ValueError(text)
    return day


def _days_text(days: Sequence[int], *, is_chinese: bool) -> list[str]:
    names = _DAYS_ZH if is_chinese else _DAYS_EN
    if not days:
        return []
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return [f"{names[days[0] - 1]}{'至' if is_chinese else '-'}{names[days[-1] - 1]}"]
    return [",".join(names[day - 1] for day in days)]


def _numbers(text: str, *, in_full: bool) -> Callers:
    """Numbers by commas, beginnings with a star; callers are kept in national form."""
    parts = [part for part in _COMMAS.split(text) if part]
    if not parts or not all(part.removesuffix("*").lstrip("+").isdecimal() for part in parts):
        raise ValueError(text)
    whole = [part for part in parts if not part.endswith("*")]
    numbers = frozenset(parse_public(part) if in_full else part for part in whole)
    return Callers(numbers, tuple(part[:-1] for part in parts if part.endswith("*")))


def _number_texts(group: Callers) -> Iterator[str]:
    yield from sorted(group.numbers)
    yield from (f"{prefix}*" for prefix in group.prefixes)


def rules_shown(rows: Sequence[dict[str, Any]]) -> str:
    """The rules as the trail shows them."""
    return "；".join(map(share_text, shares_from(rows))) or _("equal shares")
