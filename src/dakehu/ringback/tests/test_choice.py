"""Which tone sounds: VPN's, group's or line's, by time, caller, the group's edge and the review."""

from __future__ import annotations

from datetime import datetime, time

import pytest

from dakehu.kernel.periods import Callers, Period
from dakehu.ringback.domain.choice import (
    Heard,
    Owner,
    RingingCall,
    ToneRule,
    ToneSettings,
    published,
    ringback_tone,
)

DEFAULT, DAY, NIGHT, VIP, OWN = range(1, 6)
ALL = {tone: f"digest {tone}" for tone in (DEFAULT, DAY, NIGHT, VIP, OWN)}
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
    settings: ToneSettings[int] | None = COMPANY,
    own: int | None = None,
    caller: str = "01088886666",
    at: datetime = MONDAY,
    *,
    crosses: bool = True,
    approved: dict[int, str] | None = None,
) -> int | None:
    """The tone by its id, having been through the directory, where it has a digest."""
    approved = ALL if approved is None else approved
    companys = published(settings, approved) if settings is not None else None
    personal = published(ToneSettings(own), approved)
    found = ringback_tone(RingingCall(caller, at, crosses), companys, None, personal)
    return int(found.tone.split()[1]) if found is not None else None


@pytest.mark.req("VPN-16")
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
    companys: int | None,
    own: int | None,
    by_default: int | None,
    where_personal_wins: int | None,
    personal_wins: bool,
) -> None:
    settings: ToneSettings[int] = ToneSettings(companys, personal_wins=personal_wins)
    assert heard(settings, own) == (where_personal_wins if personal_wins else by_default)
    assert heard(None, own) == own
    assert not ToneSettings().personal_wins


@pytest.mark.parametrize("personal_wins", [False, True])
def test_inside_a_centrex_group_it_rings_as_ever(personal_wins: bool) -> None:
    settings = ToneSettings(DEFAULT, COMPANY.rules, personal_wins)
    assert heard(settings, OWN, crosses=False) is None
    assert heard(settings, OWN, crosses=True) == (OWN if personal_wins else DAY)


@pytest.mark.req("IN-07")
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
def test_the_companys_tone_by_time_and_caller(caller: str, at: str, tone: int) -> None:
    assert heard(caller=caller, at=datetime.fromisoformat(at)) == tone


def test_a_withheld_number_is_in_no_group_and_an_empty_group_holds_nobody() -> None:
    everyone = Callers(prefixes=("",))
    assert not everyone.includes("")
    assert everyone.includes("114")
    assert not Callers().includes("114")


@pytest.mark.req("VPN-17")
@pytest.mark.parametrize("is_approved", [True, False])
@pytest.mark.parametrize("personal_wins", [True, False])
def test_only_approved_tones_sound_and_others_count_as_not_there(
    is_approved: bool, personal_wins: bool
) -> None:
    """Each tone in turn, alone and before what stands behind it."""
    for tone in (DEFAULT, DAY, VIP, OWN):
        approved = {other: digest for other, digest in ALL.items() if is_approved or other != tone}
        settings = ToneSettings(DEFAULT, COMPANY.rules, personal_wins)
        expected = [VIP, DAY, DEFAULT]
        expected = [OWN, *expected] if personal_wins else [*expected, OWN]
        if not is_approved:
            expected.remove(tone)
        assert heard(settings, OWN, "13800000000", approved=approved) == expected[0]
        only = {tone: ALL[tone]} if is_approved else {}
        alone = tone if is_approved else None
        assert heard(settings, OWN, "13800000000", approved=only) == alone


def test_the_directory_gets_nothing_of_settings_that_say_nothing() -> None:
    assert published(COMPANY, {}) is None
    silent: ToneSettings[int] = ToneSettings(personal_wins=True)
    assert published(silent, ALL) == ToneSettings(personal_wins=True)


@pytest.mark.req("VPN-16", "IN-07")
@pytest.mark.parametrize(
    ("vpn", "group", "line", "owner"),
    [
        ("", "", "", None),
        ("a", "b", "c", Owner.VPN),
        ("", "b", "c", Owner.GROUP),
        ("", "", "c", Owner.LINE),
        ("a!", "b", "c", Owner.LINE),
        ("a!", "b", "", Owner.VPN),
        ("a", "b!", "c", Owner.VPN),
        ("", "b!", "c", Owner.LINE),
        ("!", "b", "c", Owner.LINE),
        ("!", "b", "", Owner.GROUP),
    ],
)
def test_vpn_then_group_then_line_unless_the_company_lets_the_line_win(
    vpn: str, group: str, line: str, owner: Owner | None
) -> None:
    """A letter is the default tone, "!" says that the personal tone wins."""
    three = [
        ToneSettings(each.rstrip("!") or None, personal_wins="!" in each) if each else None
        for each in (vpn, group, line)
    ]
    tones = dict(zip(Owner, (vpn.rstrip("!"), group.rstrip("!"), line), strict=True))
    expected = Heard(tones[owner], owner) if owner is not None else None
    assert ringback_tone(RingingCall("01088886666", MONDAY), *three) == expected
