"""Which tone sounds: the company's or the member's, by time, caller, the group's edge and the review."""

from __future__ import annotations

from datetime import datetime, time
from itertools import product

import pytest

from dakehu.enterprise_vpn.domain.ringback import (
    Approval,
    RingingCall,
    ToneId,
    ToneRule,
    ToneSettings,
    ringback_tone,
)
from dakehu.kernel.periods import Callers, Period

DEFAULT, DAY, NIGHT, VIP, OWN = (ToneId(number) for number in range(1, 6))
ALL = dict.fromkeys((DEFAULT, DAY, NIGHT, VIP, OWN), Approval.APPROVED)
MONDAY = datetime(2026, 11, 23, 10, 0)  # noqa: DTZ001 - wall time
WORK = Period(time(8, 30), time(18), frozenset(range(1, 6)))
OVERNIGHT = Period(time(18), time(8, 30), frozenset({5}))
COMPANY = ToneSettings(
    default=DEFAULT,
    rules=(
        ToneRule(VIP, callers=Callers(frozenset({"13800000000"}), ("0351", "+44"))),
        ToneRule(DAY, (WORK,)),
        ToneRule(NIGHT, (OVERNIGHT, Period(weekdays=frozenset({7})))),
    ),
)


def heard(
    settings: ToneSettings | None = COMPANY,
    own: ToneId | None = None,
    caller: str = "01088886666",
    at: datetime = MONDAY,
    *,
    crosses: bool = True,
    approvals: dict[ToneId, Approval] | None = None,
) -> ToneId | None:
    call = RingingCall(caller, at, crosses)
    return ringback_tone(settings, own, call, ALL if approvals is None else approvals)


@pytest.mark.parametrize("personal_wins", [False, True])
@pytest.mark.parametrize(
    ("companys", "own", "by_default", "where_personal_wins"),
    [
        (None, None, None, None),
        (DEFAULT, None, DEFAULT, DEFAULT),
        (None, OWN, OWN, OWN),
        (DEFAULT, OWN, DEFAULT, OWN),
    ],
)
def test_the_company_decides_whose_tone_wins_and_by_default_its_own_does(
    companys: ToneId | None,
    own: ToneId | None,
    by_default: ToneId | None,
    where_personal_wins: ToneId | None,
    personal_wins: bool,
) -> None:
    settings = ToneSettings(companys, personal_wins=personal_wins)
    assert heard(settings, own) == (where_personal_wins if personal_wins else by_default)
    assert heard(None, own) == own
    assert not ToneSettings().personal_wins


@pytest.mark.parametrize("personal_wins", [False, True])
def test_inside_a_centrex_group_it_rings_as_ever(personal_wins: bool) -> None:
    settings = ToneSettings(DEFAULT, COMPANY.rules, personal_wins)
    assert heard(settings, OWN, crosses=False) is None
    assert heard(settings, OWN, crosses=True) == (OWN if personal_wins else DAY)


@pytest.mark.parametrize(
    ("caller", "at", "tone"),
    [
        ("01088886666", "2026-11-23 08:29", DEFAULT),
        ("01088886666", "2026-11-23 08:30", DAY),
        ("01088886666", "2026-11-23 17:59", DAY),
        ("01088886666", "2026-11-23 18:00", DEFAULT),
        ("01088886666", "2026-11-27 18:00", NIGHT),  # Friday evening
        ("01088886666", "2026-11-28 08:29", NIGHT),  # it belongs to Friday
        ("01088886666", "2026-11-28 08:30", DEFAULT),
        ("01088886666", "2026-11-28 18:00", DEFAULT),
        ("01088886666", "2026-11-29 00:00", NIGHT),  # all Sunday
        ("01088886666", "2026-11-29 23:59", NIGHT),
        ("01088886666", "2026-11-30 00:00", DEFAULT),
        ("13800000000", "2026-11-23 10:00", VIP),
        ("138000000001", "2026-11-23 10:00", DAY),
        ("03512345678", "2026-11-29 10:00", VIP),
        ("+442071234567", "2026-11-29 10:00", VIP),
        ("", "2026-11-23 10:00", DAY),
        ("", "2026-11-23 20:00", DEFAULT),
    ],
)
def test_the_companys_tone_by_time_and_caller(caller: str, at: str, tone: ToneId) -> None:
    assert heard(caller=caller, at=datetime.fromisoformat(at)) == tone


def test_a_withheld_number_is_in_no_group_and_an_empty_group_holds_nobody() -> None:
    everyone = Callers(prefixes=("",))
    assert not everyone.includes("")
    assert everyone.includes("114")
    assert not Callers().includes("114")


@pytest.mark.parametrize("state", [None, *Approval])
def test_only_approved_tones_sound_and_others_count_as_not_there(state: Approval | None) -> None:
    """Each tone in turn, in each state, alone and before what stands behind it."""
    for tone, personal_wins in product((DEFAULT, DAY, VIP, OWN), (False, True)):
        approvals = {other: is_approved for other, is_approved in ALL.items() if other != tone}
        if state is not None:
            approvals[tone] = state
        settings = ToneSettings(DEFAULT, COMPANY.rules, personal_wins)
        expected = [VIP, DAY, DEFAULT]
        expected = [OWN, *expected] if personal_wins else [*expected, OWN]
        if state is not Approval.APPROVED:
            expected.remove(tone)
        assert heard(settings, OWN, "13800000000", approvals=approvals) == expected[0]
        only = {tone: state} if state is not None else {}
        alone = tone if state is Approval.APPROVED else None
        assert heard(settings, OWN, "13800000000", approvals=only) == alone
