"""Chinese as pinyin without tones: what lists sort by, and the initials that people search by.

A character is spelled by its own first reading unless it stands in a word that reads otherwise (银行 yin
hang, 长治 chang zhi). Only words whose reading differs from that of their characters are looked for, by
their first character: ten times as fast as the library's own segmentation, which an import of 100,000 names
would feel. The library's tables are loaded and worked through when a character first asks for them.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

SORT_MAX = 80
INITIALS_MAX = 60
_LONGEST_WORD = 4
_LONGEST_SYLLABLE = 6
_MOST_CUTS, _MOST_WHOLE = 6, 2
_IN_NAMES = {"长": "chang", "都": "du", "厦": "xia", "晟": "sheng", "覃": "qin", "翟": "zhai", "乐": "le"}
"""Readings that names of companies and places have, where the library's first one is another."""
_PLACES = {
    "长治": ("chang", "zhi"),
    "长子": ("zhang", "zi"),
    "朝阳": ("chao", "yang"),
    "洪洞": ("hong", "tong"),
    "解州": ("xie", "zhou"),
    "六安": ("lu", "an"),
    "台州": ("tai", "zhou"),
    "厦门": ("xia", "men"),
    "大厦": ("da", "sha"),
}


class Spelling(NamedTuple):
    """`sort` has a blank between syllables, so that 西安 (xi an) comes before 先 (xian)."""

    sort: str
    initials: str


def spell(name: str) -> Spelling:
    """Sort key and initials of a name; letters and digits stand for themselves, signs are left out."""
    found = _syllables(name.lower())
    sort = " ".join(found)[:SORT_MAX].rstrip()
    initials = "".join(s if len(s) == 1 or not s.isalpha() else s[0] for s in found)
    return Spelling(sort, initials[:INITIALS_MAX])


def _syllables(text: str) -> list[str]:
    found: list[str] = []
    at = 0
    while at < len(text):
        for length, readings in _words(text[at]).items():
            read = readings.get(text[at : at + length])
            if read is not None:
                found.extend(read)
                at += length
                break
        else:
            single = reading(text[at])
            if single:
                found.append(single)
            at += 1
    return found


@cache
def reading(sign: str) -> str:
    """The character's own reading; a letter or digit itself, "" for any other sign."""
    from pypinyin.constants import PINYIN_DICT

    if sign in _IN_NAMES:
        return _IN_NAMES[sign]
    readings = PINYIN_DICT.get(ord(sign))
    if readings is None:
        return sign if sign.isalnum() else ""
    return _toneless(readings.split(",")[0])


def cut_syllables(letters: str) -> list[str]:
    """The ways to cut letters into syllables of pinyin, long ones first, at most two; a blank between.

    Where no way ends with a whole syllable, the last is only begun: somebody is typing, and the way with the
    fewest syllables is meant. "xian" gives "xian" and "xi an", "wangx" gives "wang x".
    """
    if not (letters.isascii() and letters.isalpha()):
        return []
    ends: list[list[list[str]]] = [[] for _at in letters] + [[[]]]
    for at in range(len(letters) - 1, -1, -1):
        rest = letters[at:]
        for length in range(min(len(rest), _LONGEST_SYLLABLE), 0, -1):
            head = rest[:length]
            if head in _syllable_set() or (length == len(rest) and at and head in _begun()):
                ends[at] += [[head, *tail] for tail in ends[at + length]]
        del ends[at][_MOST_CUTS:]
    whole = [cut for cut in ends[0] if cut[-1] in _syllable_set()]
    meant = sorted(whole, key=len)[:_MOST_WHOLE] or sorted(ends[0], key=len)[:1]
    return [" ".join(cut) for cut in meant]


@cache
def _syllable_set() -> frozenset[str]:
    from pypinyin.constants import PINYIN_DICT

    toned = {reading for readings in PINYIN_DICT.values() for reading in readings.split(",")}
    read = map(_toneless, toned)
    return frozenset(each for each in read if each.isascii() and each.isalpha() and set(each) & set("aeiouv"))


@cache
def _begun() -> frozenset[str]:
    return frozenset(each[:end] for each in _syllable_set() for end in range(1, len(each)))


@cache
def _words(first: str) -> dict[int, dict[str, tuple[str, ...]]]:
    """The words with this first character that read otherwise than their characters, longest first."""
    from pypinyin.constants import PHRASES_DICT

    found: dict[int, dict[str, tuple[str, ...]]] = {}
    for word in sorted(_words_by_first().get(first, ()), key=len, reverse=True):
        read = _PLACES.get(word) or tuple(_toneless(syllable[0]) for syllable in PHRASES_DICT[word])
        usual = tuple(map(reading, word))
        if len(read) == len(word) and (word in _PLACES or read != usual):
            found.setdefault(len(word), {})[word] = read
    return found


@cache
def _words_by_first() -> dict[str, set[str]]:
    from pypinyin.constants import PHRASES_DICT

    found: dict[str, set[str]] = {}
    for word in (*PHRASES_DICT, *_PLACES):
        if 2 <= len(word) <= _LONGEST_WORD:
            found.setdefault(word[0], set()).add(word)
    return found


def _toneless(syllable: str) -> str:
    from pypinyin.style._utils import replace_symbol_to_no_symbol

    return str(replace_symbol_to_no_symbol(syllable)).replace("ü", "v").replace("ê", "e")
