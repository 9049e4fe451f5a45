"""One characteristic's rule, and a whole set of values against the rules.

Values come from forms, spreadsheets and JSON: each is brought to its type (text folded to half width, "是"
and "true" to a boolean), or refused with a fault of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from dakehu.catalogue.domain import errors
from dakehu.kernel.errors import DomainError
from dakehu.kernel.numbers import NumberInvalid, parse_public
from dakehu.kernel.text import clean_code, clean_line

Value = str | int | bool
LONGEST_TEXT = 200
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_YES = frozenset({"true", "yes", "y", "on", "1", "是", "开"})
_NO = frozenset({"false", "no", "n", "off", "0", "否", "关"})


class ValueType(StrEnum):
    """`DIGITS` keeps leading zeros, `TELEPHONE` is a number in national form, `REFERENCE` a row's id."""

    TEXT = "text"
    DIGITS = "digits"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    TELEPHONE = "telephone"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class CharacteristicRule:
    """What one value may be. `least` and `most` bound integers; `choices` are the values to choose from."""

    code: str
    value_type: ValueType
    is_required: bool = False
    default: Value | None = None
    pattern: str = ""
    least: int | None = None
    most: int | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """The values that are good, typed and with defaults filled in, and the faults of the others."""

    values: dict[str, Value] = field(default_factory=dict)
    faults: list[DomainError] = field(default_factory=list)


def check_values(rules: Sequence[CharacteristicRule], given: Mapping[str, object]) -> Checked:
    """Every value against its rule; empty text counts as no value."""
    checked = Checked()
    known = {rule.code for rule in rules}
    checked.faults.extend(errors.ValueUnknown(field=name, name=name) for name in given if name not in known)
    for rule in rules:
        raw = given.get(rule.code)
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            raw = rule.default
        if raw is None:
            if rule.is_required:
                checked.faults.append(errors.ValueMissing(field=rule.code))
            continue
        try:
            checked.values[rule.code] = check_value(rule, raw)
        except DomainError as fault:
            checked.faults.append(fault)
    return checked


def check_value(rule: CharacteristicRule, raw: object) -> Value:
    """The value in its type; raises the fault."""
    value = _READERS[rule.value_type](rule, raw)
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        raise errors.ValueTooLong(field=rule.code, longest=LONGEST_TEXT)
    if isinstance(value, str) and rule.pattern and not re.fullmatch(rule.pattern, value):
        raise errors.ValuePattern(field=rule.code, given=value, pattern=rule.pattern)
    if isinstance(value, int) and not isinstance(value, bool):
        if rule.least is not None and value < rule.least:
            raise errors.ValueTooSmall(field=rule.code, given=value, least=rule.least)
        if rule.most is not None and value > rule.most:
            raise errors.ValueTooLarge(field=rule.code, given=value, most=rule.most)
    return value


def _text(rule: CharacteristicRule, raw: object) -> Value:
    if not isinstance(raw, str):
        raise errors.ValueNotText(field=rule.code, given=str(raw))
    return clean_line(raw)


def _digits(rule: CharacteristicRule, raw: object) -> Value:
    if isinstance(raw, bool) or not isinstance(raw, (str, int)):
        raise errors.ValueNotText(field=rule.code, given=str(raw))
    return clean_code(str(raw))


def _integer(rule: CharacteristicRule, raw: object) -> Value:
    text = clean_code(str(raw))
    if isinstance(raw, bool) or not _WHOLE.fullmatch(text):
        raise errors.ValueNotNumber(field=rule.code, given=str(raw))
    return int(text)


def _boolean(rule: CharacteristicRule, raw: object) -> Value:
    if isinstance(raw, bool):
        return raw
    text = clean_code(str(raw)).lower()
    if text not in _YES | _NO:
        raise errors.ValueNotYesNo(field=rule.code, given=str(raw))
    return text in _YES


def _choice(rule: CharacteristicRule, raw: object) -> Value:
    text = clean_line(str(raw))
    if text not in rule.choices:
        raise errors.ValueNotOffered(field=rule.code, given=text, choices=rule.choices)
    return text


def _telephone(rule: CharacteristicRule, raw: object) -> Value:
    if isinstance(raw, bool) or not isinstance(raw, (str, int)):
        raise NumberInvalid(field=rule.code, text=str(raw))
    return parse_public(str(raw), field=rule.code)


_READERS: Mapping[ValueType, Callable[[CharacteristicRule, object], Value]] = {
    ValueType.TEXT: _text,
    ValueType.DIGITS: _digits,
    ValueType.INTEGER: _integer,
    ValueType.BOOLEAN: _boolean,
    ValueType.CHOICE: _choice,
    ValueType.TELEPHONE: _telephone,
    ValueType.REFERENCE: _integer,
}
