"""The State Council's yearly holiday notice, read as it is published.

One item a festival: "一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。"

An administrator pastes the notice. What it says twice is checked twice: weekdays against the calendar,
"共3天" against the days named, the notice's own year against the year asked for. What can't be understood
is refused with its line, never skipped, except what carries no date and sentences that only encourage (鼓励).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from dakehu.kernel.errors import DomainError
from dakehu.kernel.text import clean_line, fold_width

_ITEM = re.compile(
    r"^\s*(?:[(][一二三四五六七八九十\d]{1,3}[)]|[一二三四五六七八九十]{1,3}\s*[、.]|\d{1,2}\s*[、.])"
    r"\s*(?P<name>[^:0-9]{2,20}?)\s*:"
)
_BARE_ITEM = re.compile(r"^\s*(?P<name>(?:[、和]?(?:元旦|春节|清明节?|劳动节|端午节?|中秋节?|国庆节))+)\s*:")
_TITLE_YEAR = re.compile(r"(\d{4})年[^。]{0,12}节假日")
_LONG_MAX_DAYS = 31
_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_TOKEN = re.compile(
    r"(?P<date>(?:(?P<year>\d{4})年)?(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})日(?:\((?P<aside>[^()]*)\))?)"
    r"|(?P<to>至|到|~|～|—+|–|-)"
    r"|(?P<rest>放假调休|放假|补休|调休放假|休息|公休)(?P<length>(?P<number>\d{1,2})天)?"
    r"|(?P<work>(?:正常|照常)?上班)"
    r"|共(?P<total>\d{1,2})天"
    r"|(?P<filler>不调休|调休|与周末连休|连休|[,、和及;\s]|其中|均)"
)
_WEEKDAY = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天])")


class NoticeNotUnderstood(DomainError):
    """A line of the notice says something this reader can't. Data: `line`."""

    code = "holidays.notice_not_understood"


class NoticeEmpty(DomainError):
    """The text names no festival: it is no holiday notice."""

    code = "holidays.notice_empty"


class NoticeOtherYear(DomainError):
    """The notice is another year's. Data: `year`, `found`."""

    code = "holidays.notice_other_year"


class NoticeWeekdayWrong(DomainError):
    """A date and the weekday beside it don't agree: a slip, or the wrong year. Data: `line`, `day`."""

    code = "holidays.notice_weekday_wrong"


class NoticeCountWrong(DomainError):
    """The days named aren't as many as the notice counts. Data: `line`, `said`, `found`."""

    code = "holidays.notice_count_wrong"


@dataclass(frozen=True, slots=True)
class Festival:
    """One item of the notice: its days off, and the weekend days worked for them."""

    name: str
    holidays: frozenset[date]
    made_up: frozenset[date]


@dataclass(frozen=True, slots=True)
class HolidayNotice:
    """A year's festivals, in the notice's order."""

    year: int
    festivals: tuple[Festival, ...]

    @property
    def holidays(self) -> frozenset[date]:
        return frozenset[date]().union(*(festival.holidays for festival in self.festivals))

    @property
    def made_up(self) -> frozenset[date]:
        return frozenset[date]().union(*(festival.made_up for festival in self.festivals))


def parse_notice(text: str, year: int) -> HolidayNotice:
    """Reads the notice of `year`; raises one of this module's errors, for the first fault."""
    folded = fold_width(text)
    title = _TITLE_YEAR.search(folded)
    if title and int(title[1]) != year:
        raise NoticeOtherYear(field="text", year=year, found=int(title[1]))
    festivals = tuple(_Item(name, line, year).read() for name, line in _items(folded))
    if not festivals:
        raise NoticeEmpty(field="text")
    return HolidayNotice(year, festivals)


def _items(text: str) -> Iterator[tuple[str, str]]:
    """Name and text of each item; lines broken in mid-sentence are joined."""
    name, body, open_item = "", "", False
    for line in map(clean_line, text.splitlines()):
        head = _ITEM.match(line) or _BARE_ITEM.match(line)
        if head:
            if name:
                yield name, body
            name, body, open_item = head["name"].strip(), line[head.end() :].strip(), True
        elif open_item and line and _continues(body, line):
            body += line
        elif line:
            open_item = False
            if _TOKEN.search(line) and re.search(r"\d日", line) and re.search(r"放假|上班|补休", line):
                raise NoticeNotUnderstood(field="text", line=line)
    if name:
        yield name, body


def _continues(body: str, line: str) -> bool:
    """A line belongs to the item above it when that broke off, or when it goes on naming days."""
    token = _TOKEN.match(line)
    if token is None:
        return False
    broke_off = not body.endswith(("。", ";", "天", "班"))
    return broke_off or (token["date"] is not None and "上班" in line)


@dataclass(slots=True)
class _Item:
    """Reads one festival's sentences, token by token."""

    name: str
    line: str
    year: int
    _month: int = 0
    _rest: list[date] = field(default_factory=list)
    _work: list[date] = field(default_factory=list)
    _days: list[date] = field(default_factory=list)
    _range_open: bool = False

    def read(self) -> Festival:
        for sentence in re.split(r"[。;]", self.line):
            if sentence.strip() and "鼓励" not in sentence and re.search(r"\d", sentence):
                self._sentence(sentence)
        if not self._rest:
            raise self._not_understood()
        return Festival(self.name, frozenset(self._rest), frozenset(self._work))

    def _sentence(self, sentence: str) -> None:
        position = 0
        while position < len(sentence):
            token = _TOKEN.match(sentence, position)
            if token is None:
                raise self._not_understood()
            self._take(token)
            position = token.end()
        if self._days or self._range_open:
            raise self._not_understood()

    def _take(self, token: re.Match[str]) -> None:
        if token["date"]:
            self._date(token)
        elif token["to"]:
            if not self._days or self._range_open:
                raise self._not_understood()
            self._range_open = True
        elif token["rest"] or token["work"]:
            if not self._days or self._range_open:
                raise self._not_understood()
            (self._rest if token["rest"] else self._work).extend(self._days)
            self._days = []
        counted = token["number"] or token["total"]
        if counted and int(counted) != len(set(self._rest)):
            raise NoticeCountWrong(
                field="text", line=self._shown, said=int(counted), found=len(set(self._rest))
            )

    def _date(self, token: re.Match[str]) -> None:
        self._month = int(token["month"] or self._month)
        try:
            day = date(int(token["year"] or self.year), self._month, int(token["day"]))
        except ValueError:
            raise self._not_understood() from None
        weekday = _WEEKDAY.search(token["aside"] or "")
        if self._range_open:
            self._days.extend(self._through(day))
            self._range_open = False
        else:
            self._days.append(day)
        if weekday and _WEEKDAYS[weekday[1]] != self._days[-1].weekday():
            raise NoticeWeekdayWrong(field="text", line=self._shown, day=token["date"])

    def _through(self, last: date) -> list[date]:
        """The days after the range's first up to `last`; a range may run into the new year."""
        first = self._days[-1]
        if last < first and first.month == 12 and last.month == 1:
            last = last.replace(year=first.year + 1)
        length = (last - first).days
        if not 0 < length <= _LONG_MAX_DAYS:
            raise self._not_understood()
        return [first + timedelta(days=step) for step in range(1, length + 1)]

    @property
    def _shown(self) -> str:
        return f"{self.name}:{self.line}"

    def _not_understood(self) -> NoticeNotUnderstood:
        return NoticeNotUnderstood(field="text", line=self._shown)
