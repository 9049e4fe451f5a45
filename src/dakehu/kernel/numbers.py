"""Telephone numbers as China writes and dials them.

One spelling is kept everywhere, the *national form*: trunk prefix, area code and local number for a fixed
line ("03512345678"), eleven digits for a mobile ("13800000000"), the bare digits for a service ("114",
"4006000000"), and "+" with the country code for a number abroad ("+442071234567").

`classify` reads what was dialled from an area: it is what routing, charging and call rights all ask.
`parse_public` reads what people type into forms. A mobile dialled with a leading 0 counts as long-distance,
without it as local, which is how exchanges of the fixed network tell the two apart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from dakehu.kernel.errors import DomainError
from dakehu.kernel.text import clean_code

SHANXI_AREA_CODES: Mapping[str, str] = MappingProxyType({
    "0351": "太原", "0352": "大同", "0353": "阳泉", "0354": "晋中", "0355": "长治", "0356": "晋城",
    "0357": "临汾", "0358": "吕梁", "0359": "运城", "0350": "忻州", "0349": "朔州",
})  # fmt: skip
EMERGENCY = frozenset({"110", "119", "120", "122"})
_CARDS = frozenset({"200", "201", "300"})
_SHORT_AREA_CODES = frozenset({"010", "020", "021", "022", "023", "024", "025", "027", "028", "029"})
_LONG_AREA_CODE = re.compile(r"0[3-9][0-9]{2}")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_SERVICE = re.compile(
    r"1[0-2][0-9]{1,6}|16[0-9]{1,6}|179[0-9]{2}|9[56][0-9]{3,7}",
)
_BY_IP = re.compile(r"179[0-9]{3,}")
_SERVICE_BEGUN = re.compile(r"1[0-9]{0,9}|9|9[56][0-9]{0,2}|[48]0?")
_SHARED = re.compile(r"[48]00[0-9]{7}")
_NON_DIGITS = re.compile(r"[\s\-‐–—()（）./]+")
_DIGITS = frozenset("0123456789")
_COUNTRY = "86"
_MAX_E164 = 15
_MIN_ABROAD = 7


class NumberInvalid(DomainError):
    """The text is no telephone number. Data: `text`."""

    code = "number.invalid"


class AreaCodeInvalid(DomainError):
    """The text is no Chinese area code. Data: `text`."""

    code = "number.area_code_invalid"


class NumberKind(StrEnum):
    """What a number reaches."""

    FIXED = "fixed"
    MOBILE = "mobile"
    ABROAD = "abroad"
    SERVICE = "service"
    SHARED = "shared"  # 400 and 800: the called company pays all or part
    EMERGENCY = "emergency"


class CallClass(StrEnum):
    """How a call counts: for the caller's rights, for its charge, for statistics."""

    IN_GROUP = "in_group"
    IN_VPN = "in_vpn"
    LOCAL = "local"
    NATIONAL = "national"
    INTERNATIONAL = "international"
    SPECIAL = "special"
    EMERGENCY = "emergency"


class Unreachable(StrEnum):
    """Why digits lead nowhere: more of them may (`INCOMPLETE`), or none will (`INVALID`)."""

    INCOMPLETE = "incomplete"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Destination:
    """Where dialled digits lead: `number` is in national form."""

    number: str
    kind: NumberKind
    call_class: CallClass


def local_length(area_code: str) -> int | None:
    """Digits of a local number in the area; None where this program doesn't know and takes 7 or 8."""
    if area_code in SHANXI_AREA_CODES:
        return 7
    return 8 if area_code in _SHORT_AREA_CODES else None


def is_area_code(text: str) -> bool:
    """Whether it has the form of an area code, with the leading 0."""
    return text in _SHORT_AREA_CODES or _LONG_AREA_CODE.fullmatch(text) is not None


def classify(dialled: str, area_code: str) -> Destination | Unreachable:
    """What plain digits (or "+" and digits) reach when dialled from a line in `area_code`.

    Meant for each call: it raises nothing and takes about a microsecond.
    """
    if dialled in EMERGENCY:
        return Destination(dialled, NumberKind.EMERGENCY, CallClass.EMERGENCY)
    if dialled[:1] == "+":
        return _abroad(dialled[1:], area_code)
    if not dialled:
        return Unreachable.INCOMPLETE
    if not _DIGITS.issuperset(dialled):
        return Unreachable.INVALID
    if dialled[0] == "0":
        return _trunk(dialled, area_code)
    return _without_trunk(dialled, area_code)


def parse_public(text: str, *, area_code: str | None = None, field: str | None = None) -> str:
    """The national form of a number as people write it: "0351-234 5678", "+86 351 2345678", "２３４５６７８".

    A number without area code is read as local in `area_code`; without one it is refused. Emergency and
    service numbers are accepted as they are. Raises `NumberInvalid`.
    """
    digits = _NON_DIGITS.sub("", clean_code(text))
    found = classify(digits, area_code or "")
    if isinstance(found, Unreachable):
        raise NumberInvalid(field=field, text=text)
    return found.number


def parse_area_code(text: str, *, field: str | None = None) -> str:
    """The area code with its leading 0, from "0351" or "351"; raises `AreaCodeInvalid`."""
    digits = clean_code(text)
    code = digits if digits.startswith("0") else f"0{digits}"
    if not is_area_code(code):
        raise AreaCodeInvalid(field=field, text=text)
    return code


def split_national(number: str) -> tuple[str, str] | None:
    """Area code and local number of a fixed line in national form; None for any other number."""
    for width in (3, 4):
        area, local = number[:width], number[width:]
        if is_area_code(area) and _is_local(local, area):
            return area, local
    return None


def area_code_of(number: str) -> str | None:
    """The area code of a fixed line in national form."""
    parts = split_national(number)
    return parts[0] if parts else None


def to_e164(number: str) -> str:
    """A fixed, mobile or foreign number in national form, as the world writes it.

    Raises `NumberInvalid` for service numbers, which the rest of the world cannot dial.
    """
    if number.startswith("+"):
        return number
    if _MOBILE.fullmatch(number):
        return f"+{_COUNTRY}{number}"
    if split_national(number) is None:
        raise NumberInvalid(text=number)
    return f"+{_COUNTRY}{number[1:]}"


def from_e164(number: str) -> str:
    """The national form of "+86…", or the number abroad as it is; raises `NumberInvalid`."""
    found = classify(number, "") if number.startswith("+") else Unreachable.INVALID
    if isinstance(found, Unreachable):
        raise NumberInvalid(text=number)
    return found.number


def _abroad(digits: str, area_code: str) -> Destination | Unreachable:
    """Digits after "+" or "00"."""
    if not _DIGITS.issuperset(digits) or digits[:1] == "0":
        return Unreachable.INVALID
    if digits.startswith(_COUNTRY):
        national = digits[len(_COUNTRY) :].removeprefix("0")  # "+86 0351 …" is written by many
        if _MOBILE.fullmatch(national):
            return Destination(national, NumberKind.MOBILE, CallClass.NATIONAL)
        return _trunk(f"0{national}", area_code) if national else Unreachable.INCOMPLETE
    if len(digits) > _MAX_E164:
        return Unreachable.INVALID
    if len(digits) < _MIN_ABROAD:
        return Unreachable.INCOMPLETE
    return Destination(f"+{digits}", NumberKind.ABROAD, CallClass.INTERNATIONAL)


def _trunk(dialled: str, area_code: str) -> Destination | Unreachable:
    """Digits that begin with the trunk prefix 0."""
    second = dialled[1:2]
    if second == "0":
        return _abroad(dialled[2:], area_code)
    if second == "1" and dialled[2:3] not in {"", "0"}:
        return _distant_mobile(dialled)
    return _area(dialled, 3 if second in {"1", "2"} else 4, area_code)


def _distant_mobile(dialled: str) -> Destination | Unreachable:
    """A mobile behind the trunk prefix."""
    if _MOBILE.fullmatch(dialled, 1):
        return Destination(dialled[1:], NumberKind.MOBILE, CallClass.NATIONAL)
    begun = dialled[2] in "3456789" and len(dialled) < 12
    return Unreachable.INCOMPLETE if begun else Unreachable.INVALID


def _area(dialled: str, width: int, area_code: str) -> Destination | Unreachable:
    """An area code of `width` digits and what follows it."""
    area, local = dialled[:width], dialled[width:]
    if len(area) < width:
        return Unreachable.INCOMPLETE
    if not is_area_code(area) or local[:1] == "0":
        return Unreachable.INVALID
    if local[:1] in {"1", "9"}:
        return _remote_service(dialled, local)
    if not _is_local(local, area):
        return Unreachable.INCOMPLETE if len(local) < 8 else Unreachable.INVALID
    call_class = CallClass.LOCAL if area == area_code else CallClass.NATIONAL
    return Destination(dialled, NumberKind.FIXED, call_class)


def _remote_service(dialled: str, service: str) -> Destination | Unreachable:
    """Another area's service, such as its directory: 0351 114."""
    if len(service) > 2 and _SERVICE.fullmatch(service):
        return Destination(dialled, NumberKind.SERVICE, CallClass.SPECIAL)
    return Unreachable.INCOMPLETE if _SERVICE_BEGUN.fullmatch(service) else Unreachable.INVALID


def _without_trunk(dialled: str, area_code: str) -> Destination | Unreachable:
    """Local numbers, mobiles and services."""
    if dialled[0] in "2345678" and area_code and _is_local(dialled, area_code):
        return Destination(area_code + dialled, NumberKind.FIXED, CallClass.LOCAL)
    if _MOBILE.fullmatch(dialled):
        return Destination(dialled, NumberKind.MOBILE, CallClass.LOCAL)
    if _BY_IP.fullmatch(dialled):
        return _by_ip(dialled, area_code)
    service = _service(dialled)
    if service is not None:
        return service
    too_short = dialled[0] in "2345678" and len(dialled) < (local_length(area_code) or 7)
    shared_begun = dialled[:3] in {"400", "800"} and len(dialled) < 10
    if too_short or shared_begun or _SERVICE_BEGUN.fullmatch(dialled):
        return Unreachable.INCOMPLETE
    return Unreachable.INVALID


def _service(dialled: str) -> Destination | None:
    """Shared numbers, cards and services of this area."""
    if _SHARED.fullmatch(dialled):
        return Destination(dialled, NumberKind.SHARED, CallClass.LOCAL)
    if dialled in _CARDS or (len(dialled) > 2 and _SERVICE.fullmatch(dialled)):
        return Destination(dialled, NumberKind.SERVICE, CallClass.SPECIAL)
    return None


def _by_ip(dialled: str, area_code: str) -> Destination | Unreachable:
    """A number behind an IP-call prefix (17909 0352 …) counts as it does without, and keeps the prefix."""
    found = classify(dialled[5:], area_code)
    if isinstance(found, Unreachable):
        return found
    if found.kind is NumberKind.EMERGENCY:
        return Unreachable.INVALID
    return Destination(dialled, NumberKind.SERVICE, found.call_class)


def _is_local(local: str, area_code: str) -> bool:
    if local[:1] not in {"2", "3", "4", "5", "6", "7", "8"} or not _DIGITS.issuperset(local):
        return False
    known = local_length(area_code)
    return len(local) == known if known else len(local) in {7, 8}
