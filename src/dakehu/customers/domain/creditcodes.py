"""The unified social credit code (统一社会信用代码), GB 32100-2015: 18 characters, the last a check digit."""

from __future__ import annotations

from dakehu.kernel.errors import DomainError
from dakehu.kernel.text import clean_code

LENGTH = 18
LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The standard leaves out I, O, S, V and Z, which are read as 1, 0, 5, U and 2."""
_VALUES = {sign: value for value, sign in enumerate(LETTERS)}
_WEIGHTS = tuple(3**place % 31 for place in range(LENGTH - 1))
_REGION = slice(2, 8)


class CreditCodeLength(DomainError):
    """A code has 18 characters. Data: `text`, `length`."""

    code = "customers.credit_code_length"


class CreditCodeCharacter(DomainError):
    """A character that the standard leaves out, or a letter in the region. Data: `text`, `characters`."""

    code = "customers.credit_code_character"


class CreditCodeCheckDigit(DomainError):
    """The last character is not the check digit of the others. Data: `text`, `found`, `expected`."""

    code = "customers.credit_code_check_digit"


def read_credit_code(text: str, *, field: str = "credit_code") -> str:
    """The code in capitals without blanks, "" for none; raises one of the three faults above."""
    code = clean_code(text).replace("-", "").upper()
    if not code:
        return ""
    if len(code) != LENGTH:
        raise CreditCodeLength(field=field, text=code, length=len(code))
    wrong = [c for c in code if c not in LETTERS] + [c for c in code[_REGION] if c in LETTERS[10:]]
    if wrong:
        raise CreditCodeCharacter(field=field, text=code, characters=sorted(set(wrong)))
    expected = check_digit(code[:-1])
    if code[-1] != expected:
        raise CreditCodeCheckDigit(field=field, text=code, found=code[-1], expected=expected)
    return code


def check_digit(body: str) -> str:
    """The last character for the 17 before it."""
    total = sum(weight * _VALUES[sign] for weight, sign in zip(_WEIGHTS, body, strict=True))
    return LETTERS[-total % 31]
