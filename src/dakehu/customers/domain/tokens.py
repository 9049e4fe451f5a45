"""Search words: what a customer is found by, and what a person's query means.

Theory of operation. Each customer has a row of *tokens* in a full-text index; a query is a conjunction of
*terms*, each a set of tokens of which one must be present, some as prefixes. Names and their pinyin initials
are cut into pairs of neighbouring characters, so that any part from two characters on is found without a
dictionary of words. The kind of a token is its first letter; pairs of Chinese characters have none:

    太原 原云 云图 图     pairs of the name, and its last character
    ity iyy iyt           pairs of initials: i…
    wibm                  Latin words and numbers in the name: w…
    ck0351…  c9114…       account code, credit code and its organisation part, telephone: c…
    p00010004             city, county and team: p…, so that the index itself keeps to what the actor sees
    u17                   collaborators: u…
    g1                    the grade: g…, so that of too many hits the most important ones can be taken
    s1f0c…                signatures that find like names: s… (see `alike`)

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
from dakehu.kernel.text import fold_width

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


def tokens_of(facts: Facts) -> list[str]:
    """The row's tokens, each once, in a stable order."""
    name = _SIGNS.sub("", fold_width(facts.name).lower())
    found: dict[str, None] = {}
    for run in _HAN_RUN.findall(name):
        found.update(dict.fromkeys(_pairs(run)))
        found[run[-1]] = None
    found.update(dict.fromkeys(f"w{word}" for word in _WORD.findall(name)))
    found.update(dict.fromkeys(f"i{pair}" for pair in _pairs(facts.initials)))
    codes = [facts.code, facts.code[1:], facts.credit_code, facts.credit_code[_ORGANISATION]]
    codes += [_digits(facts.phone), *facts.former_codes]
    found.update(dict.fromkeys(f"c{code.lower()}" for code in codes if len(code) >= _SHORTEST_CODE))
    found.update(dict.fromkeys(f"p{path}" for path in facts.paths))
    found.update(dict.fromkeys(f"u{user}" for user in facts.collaborators))
    found[f"g{facts.grade}"] = None
    found.update(dict.fromkeys(signatures(name_key(facts.name))))
    return list(found)


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

    @property
    def account_code(self) -> str:
        """The beginning of an account code that this may be; "" if it is too short to tell."""
        return self.text.upper() if len(self.text) >= SHORTEST_ACCOUNT_CODE else ""

    @property
    def credit_code(self) -> str:
        return self.text.upper() if len(self.text) >= SHORTEST_CREDIT_CODE else ""


@dataclass(frozen=True, slots=True)
class Query:
    """`terms` all hold for what is sought. Without parts the query was too short to search by."""

    parts: tuple[Part, ...] = ()
    terms: tuple[Term, ...] = ()

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
        parts.append(Part(part, kind, loose=not proven))
        terms.extend(added)
    return Query(tuple(parts), tuple(dict.fromkeys(terms)))


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
