"""Search words: what a customer is found by, and what a person's query means.

Theory of operation. Each customer has a row of *tokens* in a full-text index; a query is a conjunction of
*terms*, each a set of tokens of which one must be present, some as prefixes. Names and their pinyin initials
are cut into pairs of neighbouring characters, so that any part from two characters on is found without a
dictionary of words. The kind of a token is its first letter; pairs of Chinese characters have none:

    太原 原云 云图 图     pairs of the name, and its last character
    ity iyy iyt           pairs of initials: i…
    ytai yyuan            syllables of its pinyin: y…
    wibm                  Latin words and numbers in the name: w…
    ck0351…  c9114…       account code, credit code and its organisation part, telephone: c…
    p00010004             city, county and team: p…, so that the index itself keeps to what the actor sees
    u17                   collaborators: u…
    g1                    the grade: g…, so that of too many hits the most important ones can be taken
    s1f0c…                signatures that find like names: s… (see `alike`)
    k3                    the kind of what hangs on a customer: k… (see `services.things`)

Pairs that nearly every name has (有限, 公司) are no terms: they would tell nothing and cost the most. Pairs
say that neighbours occur, not that they occur in one row: what is found is checked once more against the
row (`Part.loose`), which costs nothing on the few rows that are left. The beginning of a code is no term
either: the columns' own indexes find it, from a length on that tells accounts of one place apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from dakehu.customers.domain.alike import signatures
from dakehu.customers.domain.names import HAN, name_key
from dakehu.customers.domain.spelling import cut_syllables, spell
from dakehu.kernel.text import fold_width

EDITION = "e2"
"""Of the words as they are written here; another one has every row written anew (`services.reindexing`)."""
_HAN_RUN = re.compile(f"[{HAN}]+")
_WORD = re.compile("[a-z0-9]+")
_PART = re.compile(f"[{HAN}]+|[a-z0-9]+")
_SIGNS = re.compile(r"[-/.]+")
_COMMON = frozenset(
    ("有限", "限公", "公司", "限责", "责任", "任公", "股份", "份有", "iyx", "ixg", "igs", "ixz", "izr", "irg")
)
_DIGIT = re.compile("[0-9]")
_SHORTEST_CODE = 4
SHORTEST_ACCOUNT_CODE = 8
SHORTEST_CREDIT_CODE = 12
_ORGANISATION = slice(8, 17)
_MOST_PARTS = 6
_PART_MAX = 30
_TEXT_MAX = 2_000
_LETTERS = re.compile("[a-z]+")


@dataclass(frozen=True, slots=True)
class Facts:
    """What of a customer goes into the index. `paths` are the unit's and its ancestors' from the city on."""

    name: str
    initials: str
    code: str
    credit_code: str
    phone: str
    paths: tuple[str, ...]
    grade: int = 0
    collaborators: tuple[int, ...] = ()
    former_codes: tuple[str, ...] = ()
    """Account numbers of files that were merged into this one."""
    spelled: str = ""
    """The name's pinyin, a blank between syllables."""


def tokens_of(facts: Facts) -> list[str]:
    """The row's tokens, each once, in a stable order."""
    found = dict.fromkeys(_text_tokens(facts.name, facts.initials, facts.spelled))
    codes = [facts.code, facts.code[1:], facts.credit_code, facts.credit_code[_ORGANISATION]]
    codes += [_digits(facts.phone), *facts.former_codes]
    found.update(dict.fromkeys(f"c{code.lower()}" for code in codes if len(code) >= _SHORTEST_CODE))
    found.update(dict.fromkeys(scope_tokens(facts.paths, facts.collaborators)))
    found[f"g{facts.grade}"] = None
    found.update(dict.fromkeys(signatures(name_key(facts.name))))
    return list(found)


def thing_tokens(kind: int, texts: Iterable[str], scope: Iterable[str]) -> list[str]:
    """The tokens of something that hangs on a customer and is found by its own texts."""
    found = dict.fromkeys([f"k{kind}", *scope])
    for text in texts:
        spelling = spell(text[:_TEXT_MAX])
        found.update(dict.fromkeys(_text_tokens(text[:_TEXT_MAX], spelling.initials, spelling.sort)))
    return list(found)


def scope_tokens(paths: Iterable[str], collaborators: Iterable[int]) -> list[str]:
    """By whom a row is seen: who sees one of the units, and the persons by name."""
    return [*(f"p{path}" for path in paths), *(f"u{user}" for user in collaborators)]


def is_scope(token: str) -> bool:
    """Whether a token is one of `scope_tokens`."""
    return token[0] in "pu" and token[1:].isdecimal()


def _text_tokens(text: str, initials: str, spelled: str) -> Iterable[str]:
    plain = _SIGNS.sub("", fold_width(text).lower())
    for run in _HAN_RUN.findall(plain):
        yield from _pairs(run)
        yield run[-1]
    yield from (f"w{word[:_PART_MAX]}" for word in _WORD.findall(plain))
    yield from (f"i{pair}" for pair in _pairs(initials))
    yield from (f"y{syllable}" for syllable in spelled.split() if _LETTERS.fullmatch(syllable))


@dataclass(frozen=True, slots=True)
class Term:
    """One of `words`, or a token that begins with one of `prefixes`, must be present."""

    words: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()


class PartKind(StrEnum):
    HAN = "han"
    LETTERS = "letters"
    CODE = "code"
    """Letters and digits from four signs on: an account code, a credit code, a telephone number."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the query as typed; `loose` says that its terms alone don't prove it."""

    text: str
    kind: PartKind
    loose: bool
    spelled: tuple[str, ...] = ()
    """The letters as pinyin, each a way to cut them, a blank between syllables."""

    @property
    def account_code(self) -> str:
        """The beginning of an account code that this may be; "" if it is too short to tell."""
        return self.text.upper() if len(self.text) >= SHORTEST_ACCOUNT_CODE else ""

    @property
    def credit_code(self) -> str:
        return self.text.upper() if len(self.text) >= SHORTEST_CREDIT_CODE else ""


@dataclass(frozen=True, slots=True)
class Query:
    """`terms` all hold for what is sought, or all of one of `readings`, which take letters for syllables.

    Without parts the query was too short to search by.
    """

    parts: tuple[Part, ...] = ()
    terms: tuple[Term, ...] = ()
    readings: tuple[tuple[Term, ...], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.parts)

    @property
    def codes(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.kind is PartKind.CODE)


def parse_query(text: str) -> Query:
    """What the person means. A query needs two characters; "公司" alone has parts but no terms."""
    folded = _SIGNS.sub("", fold_width(text).lower())
    typed = [part[:_PART_MAX] for part in _PART.findall(folded)][:_MOST_PARTS]
    if sum(map(len, typed)) < 2:
        return Query()
    parts: list[Part] = []
    terms: list[Term] = []
    for part in typed:
        kind = _kind(part)
        added = list(_TERMS[kind](part))
        proven = kind is PartKind.CODE or (len(part) <= 2 and bool(added))
        spelled = tuple(cut_syllables(part)) if kind is PartKind.LETTERS else ()
        parts.append(Part(part, kind, loose=not proven, spelled=spelled))
        terms.extend(added)
    return Query(tuple(parts), tuple(dict.fromkeys(terms)), tuple(_readings(parts)))


def holds(query: Query, texts: Iterable[str]) -> bool:
    """Whether every part of the query stands in one of the texts: what tokens alone don't prove."""
    plain = [_SIGNS.sub("", fold_width(text[:_TEXT_MAX]).lower()) for text in texts]
    lettered = any(part.kind is PartKind.LETTERS for part in query.parts)
    spellings = [spell(text) for text in plain] if lettered else []
    return all(
        any(part.text in text for text in plain)
        or any(part.text in each.initials for each in spellings)
        or any(f" {cut}" in f" {each.sort}" for cut in part.spelled for each in spellings)
        for part in query.parts
    )


def _readings(parts: Iterable[Part]) -> Iterable[tuple[Term, ...]]:
    """The terms where letters are read as syllables of pinyin, once for each way to cut them."""
    known = list(parts)
    for way in range(max((len(part.spelled) for part in known), default=0)):
        found: list[Term] = []
        for part in known:
            if part.spelled:
                *whole, last = part.spelled[min(way, len(part.spelled) - 1)].split()
                found += [Term(words=(f"y{syllable}",)) for syllable in whole]
                found.append(Term(prefixes=(f"y{last}",)))
            else:
                found.extend(_TERMS[part.kind](part.text))
        yield tuple(dict.fromkeys(found))


def _kind(part: str) -> PartKind:
    if _HAN_RUN.match(part):
        return PartKind.HAN
    return PartKind.CODE if len(part) >= _SHORTEST_CODE and _DIGIT.search(part) else PartKind.LETTERS


def _han_terms(part: str) -> Iterable[Term]:
    if len(part) == 1:
        yield Term(prefixes=(part,))
    for pair in _pairs(part):
        if pair not in _COMMON:
            yield Term(words=(pair,))


def _letter_terms(part: str) -> Iterable[Term]:
    if len(part) == 1:
        yield Term(prefixes=(f"w{part}", f"i{part}"))
    for pair in _pairs(part):
        if f"i{pair}" not in _COMMON:
            yield Term(words=(f"i{pair}",), prefixes=(f"w{part}",))


def _code_terms(part: str) -> Iterable[Term]:
    yield Term(words=(f"c{part}",), prefixes=(f"w{part}",))


_TERMS = {PartKind.HAN: _han_terms, PartKind.LETTERS: _letter_terms, PartKind.CODE: _code_terms}


def _pairs(run: str) -> Iterable[str]:
    return (run[at : at + 2] for at in range(len(run) - 1))


def _digits(phone: str) -> str:
    return "".join(c for c in phone if c.isdigit())
