"""How well an account's file is filled in (系统资料填写要求): rules, the score, the faults (KAM-13).

Theory of operation. A rule asks something of one subject: a field of the file, or a thing that belongs to
it, such as a contact who decides or a visit. It concerns the accounts of some grades from a stage of the
named list on, and asks that the subject is there (`is_required`), that it has a format, and that it was
entered, confirmed or done within some days. Several rules of one subject hold together: the heaviest
weight, the shortest time. An account's score is

    completeness × validity × freshness, from 0 to 100

each of them a share of weights: of what is required, what is there; of what is there, what is well-formed; of
what is there, what is recent enough. Where nothing is asked the share is whole. Whatever does not hold is a
fault, one a subject, with its *gain*: by how much the score rises if this fault alone is mended. A hundred
means that there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import IntEnum, StrEnum

from dakehu.customers.domain.creditcodes import read_credit_code
from dakehu.customers.domain.drafts import is_telephone, is_website
from dakehu.kernel.errors import DomainError
from dakehu.kernel.money import divide_half_up

FULL = 100
MOST_DAYS = 3650
MOST_WEIGHT = 100


class Stage(IntEnum):
    """How far an account has come on the named list; a later stage includes what the earlier ones ask."""

    ON_FILE = 1
    APPLIED = 2
    LISTED = 3


class Format(StrEnum):
    NONE = ""
    CREDIT_CODE = "credit_code"
    TELEPHONE = "telephone"
    WEBSITE = "website"
    EMAIL = "email"
    ADDRESS = "address"
    FULL_NAME = "full_name"


class FaultKind(StrEnum):
    MISSING = "missing"
    MALFORMED = "malformed"
    STALE = "stale"


class QualityRuleInvalid(DomainError):
    """A rule asks for at least one thing, of at least one grade, within its bounds. Data: none."""

    code = "customers.quality_rule_invalid"


class QualityRuleTwice(DomainError):
    """The subject has a rule for one of these grades from this stage on already."""

    code = "customers.quality_rule_twice"


class QualityRulePast(DomainError):
    """What held on a past day stays as it was: a rule begins, changes and ends today or later."""

    code = "customers.quality_rule_past"


class FormatMissed(DomainError):
    """What was entered has not the format that the rules ask for. Data: `text`."""

    code = "customers.quality_format_missed"


class NotFillable(DomainError):
    """The subject can't be filled in as one field."""

    code = "customers.quality_not_fillable"


@dataclass(frozen=True, slots=True)
class Rule:
    """What is asked of one subject. `fresh_days` None asks for no freshness."""

    subject: str
    grades: frozenset[int]
    stage: Stage = Stage.ON_FILE
    weight: int = 5
    is_required: bool = True
    format: Format = Format.NONE
    fresh_days: int | None = None

    def concerns(self, stage: Stage, grade: int) -> bool:
        return stage >= self.stage and grade in self.grades


@dataclass(frozen=True, slots=True)
class Fact:
    """What is on file of a subject: its text, the day it is as of, the day it ceases to hold by itself."""

    text: str = ""
    day: date | None = None
    until: date | None = None

    def holds(self, today: date) -> bool:
        return bool(self.text) and (self.until is None or self.until > today)


NOTHING = Fact()


@dataclass(frozen=True, slots=True)
class Fault:
    subject: str
    kind: FaultKind
    gain: int = 0


@dataclass(frozen=True, slots=True)
class Score:
    """`check_on` is the first day on which it may fall without anyone's doing."""

    score: int = FULL
    completeness: int = FULL
    validity: int = FULL
    freshness: int = FULL
    faults: tuple[Fault, ...] = ()
    check_on: date | None = None


@dataclass(slots=True)
class _Share:
    """The weight that is asked, and what of it holds."""

    asked: int = 0
    held: int = 0

    def add(self, weight: int, *, holds: bool) -> None:
        self.asked += weight
        self.held += weight if holds else 0

    def mended(self, asked: int, held: int) -> tuple[int, int]:
        return self.asked + asked, self.held + held


@dataclass(slots=True)
class _Shares:
    there: _Share = field(default_factory=_Share)
    valid: _Share = field(default_factory=_Share)
    fresh: _Share = field(default_factory=_Share)


def requirements(rules: Iterable[Rule], stage: Stage, grade: int) -> list[Rule]:
    """What is asked of an account of this stage and grade, one rule a subject, by subject."""
    found: dict[str, Rule] = {}
    for rule in rules:
        if rule.concerns(stage, grade):
            held = found.get(rule.subject)
            found[rule.subject] = _together(held, rule) if held else rule
    return [found[subject] for subject in sorted(found)]


def judge(asked: Sequence[Rule], facts: Mapping[str, Fact], today: date) -> Score:
    """The account's score by what `requirements` gave; a subject without a fact is not there."""
    shares, kinds, turns = _Shares(), list[tuple[Rule, FaultKind, bool, bool]](), list[date]()
    for rule in asked:
        fact = facts.get(rule.subject, NOTHING)
        if not fact.holds(today):
            if rule.is_required:
                shares.there.add(rule.weight, holds=False)
                kinds.append((rule, FaultKind.MISSING, False, False))
            continue
        if rule.is_required:
            shares.there.add(rule.weight, holds=True)
        is_valid = FORMATS[rule.format](fact.text)
        shares.valid.add(rule.weight, holds=is_valid)
        is_fresh = True
        if rule.fresh_days is not None:
            end = fact.day + timedelta(days=rule.fresh_days) if fact.day else today
            is_fresh = end > today
            turns += [end] if is_fresh else []
        shares.fresh.add(rule.weight, holds=is_fresh)
        turns += [fact.until] if fact.until else []
        if not (is_valid and is_fresh):
            kind = FaultKind.STALE if is_valid else FaultKind.MALFORMED
            kinds.append((rule, kind, not is_valid, not is_fresh))
    return _scored(shares, kinds, min(turns, default=None))


def check_rule(rule: Rule) -> list[DomainError]:
    """Every fault of a rule as someone typed it."""
    faults: list[DomainError] = []
    if not (rule.is_required or rule.format or rule.fresh_days is not None):
        faults.append(QualityRuleInvalid(field="is_required"))
    if not rule.grades:
        faults.append(QualityRuleInvalid(field="grades"))
    if not 1 <= rule.weight <= MOST_WEIGHT:
        faults.append(QualityRuleInvalid(field="weight"))
    if rule.fresh_days is not None and not 1 <= rule.fresh_days <= MOST_DAYS:
        faults.append(QualityRuleInvalid(field="fresh_days"))
    return faults


def rank_of(grade: int, gain: int) -> int:
    """By which the list of what to fill next is sorted: the highest grade first, the largest gain first."""
    return grade * 1000 - gain


def has_format(wanted: Format, text: str) -> bool:
    return FORMATS[wanted](text)


def _together(one: Rule, other: Rule) -> Rule:
    days = [each.fresh_days for each in (one, other) if each.fresh_days is not None]
    return replace(
        one,
        weight=max(one.weight, other.weight),
        is_required=one.is_required or other.is_required,
        format=one.format or other.format,
        fresh_days=min(days, default=None),
    )


def _scored(
    shares: _Shares, kinds: Sequence[tuple[Rule, FaultKind, bool, bool]], check_on: date | None
) -> Score:
    now = _points((shares.there.asked, shares.there.held), _pair(shares.valid), _pair(shares.fresh))
    score = min(now, FULL - 1) if kinds else now
    faults = []
    for rule, kind, lacks_format, lacks_time in kinds:
        weight = rule.weight
        if kind is FaultKind.MISSING:
            mended = _points(
                shares.there.mended(0, weight),
                shares.valid.mended(weight, weight),
                shares.fresh.mended(weight, weight),
            )
        else:
            mended = _points(
                _pair(shares.there),
                shares.valid.mended(0, weight if lacks_format else 0),
                shares.fresh.mended(0, weight if lacks_time else 0),
            )
        faults.append(Fault(rule.subject, kind, max(mended - score, 0)))
    faults.sort(key=lambda fault: (-fault.gain, fault.subject))
    return Score(
        score,
        _per_cent(shares.there),
        _per_cent(shares.valid),
        _per_cent(shares.fresh),
        tuple(faults),
        check_on,
    )


def _points(*shares: tuple[int, int]) -> int:
    above, below = FULL, 1
    for asked, held in shares:
        if asked:
            above, below = above * held, below * asked
    return divide_half_up(above, below)


def _pair(share: _Share) -> tuple[int, int]:
    return share.asked, share.held


def _per_cent(share: _Share) -> int:
    return divide_half_up(FULL * share.held, share.asked) if share.asked else FULL


def _is_credit_code(text: str) -> bool:
    try:
        return bool(read_credit_code(text))
    except DomainError:
        return False


def _is_email(text: str) -> bool:
    name, at, host = text.rpartition("@")
    return bool(at and name and "." in host.strip(".")) and not any(c.isspace() for c in text)


_STREET = ("路", "街", "道", "巷", "号", "村", "镇", "区", "园", "大厦", "road", "street", "no.")
_LEGAL = (
    "公司", "集团", "局", "院", "厅", "委员会", "政府", "银行", "学校", "大学", "中学", "小学", "中心", "厂",
    "社", "所", "店", "站", "部", "处", "会", "馆", "队", "场", "ltd", "inc", "company",
)  # fmt: skip


def _is_address(text: str) -> bool:
    """Long enough for a letter to arrive: six characters, among them one of a street, place or number."""
    lower = text.lower()
    return len(text) >= 6 and any(part in lower for part in _STREET)


def _is_full_name(text: str) -> bool:
    """A name as on the licence says what kind of body it is."""
    lower = text.lower()
    return len(text) >= 4 and any(part in lower for part in _LEGAL)


FORMATS: Mapping[Format, Callable[[str], bool]] = {
    Format.NONE: lambda _text: True,
    Format.CREDIT_CODE: _is_credit_code,
    Format.TELEPHONE: is_telephone,
    Format.WEBSITE: is_website,
    Format.EMAIL: _is_email,
    Format.ADDRESS: _is_address,
    Format.FULL_NAME: _is_full_name,
}
