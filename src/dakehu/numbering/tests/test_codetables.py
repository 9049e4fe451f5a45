"""Feature codes of a tenant, as tables."""

from __future__ import annotations

import pytest

from dakehu.numbering.domain.codetables import Moved, check_codes, table
from dakehu.numbering.domain.featurecodes import CODES, Act, Command, Feature, masked, parse

MOVED = (("forward_always", "72"), ("call_by_password", "57"))


def test_without_changes_the_table_is_the_nations() -> None:
    assert table(()) is CODES


def test_a_moved_feature_leaves_its_national_digits() -> None:
    codes = table(MOVED)
    assert parse("*72*8002#", codes) == Command(Act.ACTIVATE, Feature.FORWARD_ALWAYS, ("8002",))
    assert parse("*542*8002#", codes) == Command(Act.ACTIVATE, None, ("8002",))
    assert parse("*56#", codes) == Command(Act.ACTIVATE, Feature.DO_NOT_DISTURB)
    assert masked("*57*1234*114#", codes) == "*57*xxxx*114#"


@pytest.mark.parametrize(
    ("moved", "why"),
    [
        ((), []),
        (MOVED, []),
        ((("forward_always", "40"), ("forward_busy", "57")), []),
        ((("forward_always", "40"),), ["taken"]),
        ((("forward_always", "72"), ("forward_busy", "72")), ["taken"]),
        ((("forward_always", "72"), ("forward_always", "73")), ["twice"]),
        ((("fax", "72"),), ["feature"]),
        ((("forward_always", "7"),), ["digits"]),
        ((("forward_always", "7*"),), ["digits"]),
    ],
)
def test_what_a_table_may_be(moved: Moved, why: list[str]) -> None:
    assert [fault.data["why"] for fault in check_codes(moved)] == why
