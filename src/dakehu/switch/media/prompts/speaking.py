"""Numbers as prompts: digit by digit, and as amounts from 0 to 9999."""

from __future__ import annotations

from dakehu.switch.announcements.names import DIGITS, Language, Prompt

_TEENS = (
    Prompt.TEN,
    Prompt.ELEVEN,
    Prompt.TWELVE,
    Prompt.THIRTEEN,
    Prompt.FOURTEEN,
    Prompt.FIFTEEN,
    Prompt.SIXTEEN,
    Prompt.SEVENTEEN,
    Prompt.EIGHTEEN,
    Prompt.NINETEEN,
)
_TENS = (
    Prompt.TWENTY,
    Prompt.THIRTY,
    Prompt.FORTY,
    Prompt.FIFTY,
    Prompt.SIXTY,
    Prompt.SEVENTY,
    Prompt.EIGHTY,
    Prompt.NINETY,
)
_PLACES = ((1000, Prompt.THOUSAND), (100, Prompt.HUNDRED), (10, Prompt.TEN))


def speak_digits(number: str) -> list[Prompt]:
    """`8001` as eight, zero, zero, one; what is no key is left out. The same in every language."""
    return [DIGITS[key] for key in number if key in DIGITS]


def speak_amount(amount: int, language: Language) -> list[Prompt]:
    """`12` as 十二 or twelve. Raises ValueError below 0 and above 9999."""
    if not 0 <= amount <= 9999:
        raise ValueError(amount)
    if amount == 0:
        return [Prompt.DIGIT_0]
    return _chinese(amount) if language is Language.CHINESE else _english(amount)


def _digit(value: int) -> Prompt:
    return DIGITS[str(value)]


def _chinese(amount: int) -> list[Prompt]:
    """一千零五, 一百一十, and 十二 without 一 before."""
    spoken: list[Prompt] = []
    skipped = False
    for unit, name in _PLACES:
        digit = amount // unit % 10
        if digit:
            spoken += [Prompt.DIGIT_0] if skipped else []
            spoken += [name] if 10 <= amount < 20 else [_digit(digit), name]
        skipped = bool(spoken) and digit == 0
    if amount % 10:
        spoken += [Prompt.DIGIT_0] if skipped else []
        spoken.append(_digit(amount % 10))
    return spoken


def _english(amount: int) -> list[Prompt]:
    spoken: list[Prompt] = []
    for unit, name in _PLACES[:2]:
        if digit := amount // unit % 10:
            spoken += [_digit(digit), name]
    rest = amount % 100
    if rest >= 20:
        spoken.append(_TENS[rest // 10 - 2])
        rest %= 10
    if rest >= 10:
        spoken.append(_TEENS[rest - 10])
    elif rest:
        spoken.append(_digit(rest))
    return spoken
