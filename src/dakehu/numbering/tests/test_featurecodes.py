"""Feature codes, as a table: what is dialled, what comes of it, what is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dakehu.numbering.domain.featurecodes import (
    CODES,
    Act,
    Command,
    Feature,
    Subscriber,
    Told,
    masked,
    parse,
    serve,
)
from dakehu.numbering.domain.lines import LineKind
from dakehu.numbering.domain.passwords import ByPassword, by_password, password_key, proves
from dakehu.numbering.domain.services import Restriction, Services, check_line_services

NUMBER = "03512348001"
KEY = password_key(NUMBER, "1234")
SET = Services(restriction=Restriction.ALL, restriction_key=KEY)


def dialled(
    services: Services, *codes: str, kind: LineKind = LineKind.FIXED, in_vpn: bool = False
) -> tuple[Services, list[Told]]:
    told = []
    for code in codes:
        command = parse(code)
        assert command is not None, code
        services, heard = serve(services, command, Subscriber(NUMBER, kind, in_vpn=in_vpn))
        told.append(heard)
    return services, told


@pytest.mark.req("CTX-07", "VPN-05", "LIN-03")
@pytest.mark.parametrize(
    ("codes", "expected", "told"),
    [
        (["*57*03515551234#"], Services(forward_always="03515551234"), [Told.ACTIVATED]),
        (["*57*8002#", "#57#"], Services(), [Told.ACTIVATED, Told.CANCELLED]),
        (["*40*8002#", "*41*8003#"], Services(forward_busy="8002", forward_no_answer="8003"),
         [Told.ACTIVATED] * 2),
        (["*52*8000#"], Services(hotline="8000"), [Told.ACTIVATED]),
        (["*51*12*5551234#", "*51*12*8003#", "*51*13*8004#", "#51*12#"],
         Services(abbreviated=(("13", "8004"),)), [Told.ACTIVATED] * 3 + [Told.CANCELLED]),
        (["*56#"], Services(do_not_disturb=True), [Told.ACTIVATED]),
        (["*56#", "#56#"], Services(), [Told.ACTIVATED, Told.CANCELLED]),
        (["*50#"], Services(absent=True), [Told.ACTIVATED]),
        (["*58#", "*#58#"], Services(call_waiting=True), [Told.ACTIVATED, Told.IS_ON]),
        (["*58#", "#58#"], Services(), [Told.ACTIVATED, Told.CANCELLED]),
        (["*54*12341#"], SET, [Told.ACTIVATED]),
        (["*54*1234*1#"], SET, [Told.ACTIVATED]),
        (["*54*12341#", "#54*1234#"], Services(restriction_key=KEY), [Told.ACTIVATED, Told.CANCELLED]),
        (["*54*12341#", "#54*4321#"], SET, [Told.ACTIVATED, Told.PASSWORD_WRONG]),
        (["*54*12341#", "*54*43212#"], SET, [Told.ACTIVATED, Told.PASSWORD_WRONG]),
        (["*541*0000*1234*1234#", "*54*12341#"], SET, [Told.PASSWORD_CHANGED, Told.ACTIVATED]),
        (["*#57#", "*57*8002#", "*#57#"], Services(forward_always="8002"),
         [Told.IS_OFF, Told.ACTIVATED, Told.IS_ON]),
        # what is not understood changes nothing
        (["*57#", "*57*1*2#", "*56*1#", "*51*1*8002#", "*51*123*8002#", "*51*12#"], Services(),
         [Told.REFUSED] * 6),
        (["*54*12349#", "*54*123*1#", "*54#", "*541*1*2#", "*541*0000*1234*4321#"], Services(),
         [Told.REFUSED] * 5),
        (["*99*1#", "#33#", "*#77#"], Services(), [Told.UNKNOWN] * 3),
        (["*57*123456789012345678901#"], Services(), [Told.REFUSED]),
    ],
)  # fmt: skip
def test_codes(codes: list[str], expected: Services, told: list[Told]) -> None:
    assert dialled(Services(), *codes) == (expected, told)


@pytest.mark.req("VPN-05")
def test_not_reachable_is_for_wireless_lines() -> None:
    assert dialled(Services(), "*42*8002#")[1] == [Told.REFUSED]
    wireless, told = dialled(Services(), "*42*8002#", kind=LineKind.WIRELESS)
    assert (wireless.forward_not_reachable, told) == ("8002", [Told.ACTIVATED])


@pytest.mark.parametrize(
    "dialled_digits", ["**12", "8002", "*57*8002", "57#", "", "*#", "*5#", "#", "*57**#"]
)
def test_no_code(dialled_digits: str) -> None:
    assert parse(dialled_digits) is None


def test_a_tenant_may_have_other_digits() -> None:
    assert parse("*72*8002#", {"72": Feature.FORWARD_ALWAYS}) == Command(
        Act.ACTIVATE, Feature.FORWARD_ALWAYS, ("8002",)
    )


VPN_KEY = password_key(NUMBER, "123456")


@pytest.mark.req("VPN-13")
@pytest.mark.parametrize(
    ("codes", "expected", "told"),
    [
        (["*543*0*123456*123456#", "*#543#"], VPN_KEY, [Told.PASSWORD_CHANGED, Told.IS_ON]),
        (["*543*0*123456*123456#", "*543*123456*4321*4321#"], password_key(NUMBER, "4321"),
         [Told.PASSWORD_CHANGED] * 2),
        (["*543*0*123456*123456#", "*543*654321*4321*4321#"], VPN_KEY,
         [Told.PASSWORD_CHANGED, Told.PASSWORD_WRONG]),
        (["*543*0*123*123#", "*543*0*1234567*1234567#", "*543*0*1234*1235#", "#543#", "#542#"], "",
         [Told.REFUSED] * 5),
    ],
)  # fmt: skip
def test_the_password_of_calls(codes: list[str], expected: str, told: list[Told]) -> None:
    services, heard = dialled(Services(), *codes, in_vpn=True)
    assert (services.vpn_key, heard) == (expected, told)
    assert dialled(Services(), "*543*0*123456*123456#") == (Services(), [Told.REFUSED])


@pytest.mark.req("VPN-13")
@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["1234", "03512223333"], ByPassword("", "1234", "03512223333")),
        (["61002", "123456", "9110"], ByPassword("61002", "123456", "9110")),
        (["123", "03512223333"], None),
        (["61002", "1234567", "9110"], None),
        (["1234"], None),
        ([], None),
    ],
)
def test_a_call_by_password_as_dialled(arguments: list[str], wanted: ByPassword | None) -> None:
    assert by_password(arguments) == wanted


def test_without_a_key_no_password_is_right() -> None:
    assert proves(VPN_KEY, NUMBER, "123456")
    assert not proves(VPN_KEY, NUMBER, "123457")
    assert not proves("", NUMBER, "")


@pytest.mark.req("VPN-13", "CTX-15")
@pytest.mark.parametrize(
    ("digits", "kept"),
    [
        ("*542*1234*03512223333#", "*542*xxxx*03512223333#"),
        ("*542*61002*123456*03512223333#", "*542*61002*xxxx*03512223333#"),
        ("*542*1234#", "*542*xxxx#"),
        ("*543*1234*4321*4321#", "*543*xxxx*xxxx*xxxx#"),
        ("*54*12341#", "*54*xxxx#"),
        ("*54*1234*1#", "*54*xxxx*xxxx#"),
        ("#54*1234#", "#54*xxxx#"),
        ("*541*1234*4321*4321#", "*541*xxxx*xxxx*xxxx#"),
        # what is no code, or none that is known, may hold a password all the same
        ("*542*1234*0351", "*542xxxx"),
        ("*5421234#", "*542xxxx"),
        ("#*54*1234#", "#xxxx"),
        ("*99*1234#", "*99*xxxx#"),
        ("*57*8002#", "*57*8002#"),
        ("*#54#", "*#54#"),
        ("**12", "**12"),
        ("8002", "8002"),
        ("", ""),
        ("*", "*"),
    ],
)
def test_passwords_are_masked(digits: str, kept: str) -> None:
    assert masked(digits) == kept


def test_a_password_is_kept_apart_by_line() -> None:
    assert password_key("03512348001", "1234") != password_key("03512348002", "1234")


commands = st.builds(
    lambda sign, code, arguments: f"{sign}{code}" + "".join(f"*{each}" for each in arguments) + "#",
    st.sampled_from(["*", "#", "*#"]),
    st.sampled_from([*CODES, "99"]),
    st.lists(st.from_regex(r"[0-9]{1,22}", fullmatch=True), max_size=4),
)


@given(st.lists(commands, max_size=20), st.sampled_from(LineKind))
def test_whatever_is_dialled_the_services_stay_lawful(codes: list[str], kind: LineKind) -> None:
    services, _told = dialled(Services(), *codes, kind=kind)
    assert not check_line_services(services, kind)
