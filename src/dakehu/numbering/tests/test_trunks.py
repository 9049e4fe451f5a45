"""Ways out to other networks, as tables."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dakehu.numbering.domain.trunks import (
    Gateway,
    NoWay,
    Outgoing,
    Rewriting,
    Serves,
    TrunkGroup,
    check_trunk,
    trunk_from,
    ways_out,
)

ONE, TWO, FAR = Gateway("192.0.2.1"), Gateway("192.0.2.2"), Gateway("198.51.100.1", 5080, "tcp")


def group(name: str, *prefixes: str, **changes: object) -> TrunkGroup:
    made = TrunkGroup(name, "TY01", "0351", (ONE,), prefixes or ("",))
    return replace(made, **changes)  # type: ignore[arg-type]  # the group's own fields


REST = group("REST")
MOBILE = group("MOBILE", "13", "15")
UNICOM = group("UNICOM", "130", "131")
SECOND = group("SECOND", "130", order=1, gateways=(TWO,))
ABROAD = group("ABROAD", "+", gateways=(FAR,), called=Rewriting(1, "00"), calling=Rewriting(1, "+86"))
HERE = group("HERE", "0352", serves=Serves.EXCHANGE, gateways=(ONE, TWO))
DATONG = group("DATONG", "0352", exchange="DT01", area_code="0352")
PROVINCE = group("PROVINCE", "0352", exchange="DT01", area_code="0352", serves=Serves.ALL)
ALL = (REST, MOBILE, UNICOM, SECOND, ABROAD, HERE, DATONG, PROVINCE)


def out(number: str, *, exchange: str = "TY01", area: str = "0351", emergency: bool = False) -> Outgoing:
    return Outgoing(number, "03512348001", exchange, area, emergency)


def groups_of(found: object) -> object:
    return [way.group for way in found] if isinstance(found, tuple) else found


@pytest.mark.parametrize(
    ("call", "busy", "groups"),
    [
        # the longest prefix, and its groups in order
        (out("13800000000"), {}, ["MOBILE"]),
        (out("13000000000"), {}, ["UNICOM", "SECOND"]),
        (out("114"), {}, ["REST"]),
        # a full group is passed over; the longest prefix stays what it is
        (out("13000000000"), {"UNICOM": 30}, ["SECOND"]),
        (out("13000000000"), {"UNICOM": 29}, ["UNICOM", "SECOND"]),
        (out("13000000000"), {"UNICOM": 30, "SECOND": 30}, NoWay.CONGESTION),
        # near before far; a group serves its exchange, its area, or all
        (out("03522221234"), {}, ["HERE", "HERE", "PROVINCE"]),
        (out("03522221234", exchange="TY02"), {}, ["PROVINCE"]),
        (out("03522221234", exchange="DT02", area="0352"), {}, ["DATONG", "PROVINCE"]),
        (out("13800000000", exchange="DT02", area="0352"), {}, NoWay.NO_GATEWAY),
        # an emergency has every way, however full
        (out("110", emergency=True), {"REST": 99}, ["REST"]),
        (out("130", emergency=True), {"UNICOM": 30}, ["UNICOM", "SECOND", "MOBILE", "REST"]),
    ],
)
def test_ways(call: Outgoing, busy: dict[str, int], groups: object) -> None:
    found = ways_out(ALL, call, lambda code: busy.get(code, 0), lambda _gateway: False)
    assert groups_of(found) == groups


def test_reserved_channels_are_for_emergencies_alone() -> None:
    only = (group("REST", reserved=2),)
    plain, urgent = (
        [groups_of(ways_out(only, call, {"REST": calls}.__getitem__, lambda _g: False)) for calls in (27, 28)]
        for call in (out("114"), out("110", emergency=True))
    )
    assert plain == [["REST"], NoWay.CONGESTION]
    assert urgent == [["REST"], ["REST"]]


def test_a_gateway_that_is_down_is_tried_last() -> None:
    found = ways_out((HERE, PROVINCE), out("03522221234"), lambda _code: 0, lambda gateway: gateway == ONE)
    assert isinstance(found, tuple)
    assert [way.gateway for way in found] == [TWO, ONE, ONE]


@pytest.mark.parametrize(
    ("rule", "number", "sent"),
    [
        (Rewriting(), "03512348001", "03512348001"),
        (Rewriting(1, "00"), "+442071234567", "00442071234567"),
        (Rewriting(1, "+86"), "03512348001", "+863512348001"),
        (Rewriting(4), "03512348001", "2348001"),
        (Rewriting(1, "9"), "", ""),
    ],
)
def test_numbers_are_rewritten(rule: Rewriting, number: str, sent: str) -> None:
    assert rule.apply(number) == sent


def test_a_way_carries_the_numbers_as_they_are_sent() -> None:
    found = ways_out(ALL, out("+442071234567"), lambda _code: 0, lambda _gateway: False)
    assert isinstance(found, tuple)
    (way,) = found
    assert (way.called, way.calling, way.gateway) == ("00442071234567", "+863512348001", FAR)


@pytest.mark.parametrize(
    ("host", "port", "code"),
    [
        ("192.0.2.1", 5060, "NAMED"),
        ("192.0.2.1", 5061, None),
        ("203.0.113.7", 40000, "NAMED"),
        ("203.0.113.8", 5062, "NAMED"),
        ("203.0.113.8", 5060, None),
    ],
)
def test_who_may_bring_calls_in(host: str, port: int, code: str | None) -> None:
    named = group("NAMED", sources=("203.0.113.7", "203.0.113.8:5062"))
    found = trunk_from((named,), host, port)
    assert (found.code if found is not None else None) == code


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, []),
        ({"sources": ("2001:db8::1", "192.0.2.9:5060")}, []),
        ({"code": " "}, ["code"]),
        ({"gateways": ()}, ["gateways"]),
        ({"gateways": (ONE, ONE)}, ["gateways"]),
        ({"gateways": (Gateway("gateway.example"),)}, ["gateways"]),
        ({"gateways": (Gateway("192.0.2.1", 0),)}, ["gateways"]),
        ({"gateways": (Gateway("192.0.2.1", 5060, "carrier pigeon"),)}, ["gateways"]),
        ({"prefixes": ()}, ["prefixes"]),
        ({"prefixes": ("13x",)}, ["prefixes"]),
        ({"reserved": 31}, ["channels"]),
        ({"sources": ("anywhere",)}, ["sources"]),
        ({"called": Rewriting(0, "#")}, ["called"]),
    ],
)
def test_what_a_group_may_be(changes: dict[str, object], why: list[str]) -> None:
    assert [fault.data["why"] for fault in check_trunk(group("TG", **changes))] == why
