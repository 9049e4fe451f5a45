"""Whose telephone sent what a proxy passed on."""

from __future__ import annotations

import pytest

from dakehu.switch.runtime.proxies import telephone_source
from dakehu.switch.sip import Endpoint, RegistrarPolicy, Request, Transport, register

PROXY = Endpoint(Transport.UDP, "10.0.0.1", 5060)
NAT = Endpoint(Transport.TCP, "203.0.113.9", 40001)
OWN = "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1;received=10.0.0.1;rport=5060"


def request(*vias: str) -> Request:
    lines = [
        *(("Via", via) for via in vias),
        ("From", "<sip:8001@x>;tag=1"),
        ("To", "<sip:8001@x>"),
        ("Call-ID", "c"),
        ("CSeq", "1 REGISTER"),
        ("Contact", "<sip:8001@192.168.1.5:5060>"),
        ("Path", "<sip:10.0.0.1;lr;received=sip:203.0.113.9:40001>"),
    ]
    return Request.build("REGISTER", "sip:x", lines)


@pytest.mark.parametrize(
    ("via", "source"),
    [
        ("SIP/2.0/TCP 192.168.1.5:5060;branch=z9hG4bK0;received=203.0.113.9;rport=40001", NAT),
        ("SIP/2.0/UDP 192.0.2.5;branch=z9hG4bK0", Endpoint(Transport.UDP, "192.0.2.5", 5060)),
        ("SIP/2.0/PIGEON 192.0.2.5;branch=z9hG4bK0", PROXY),
    ],
)
def test_a_proxy_says_where_a_telephone_is(via: str, source: Endpoint) -> None:
    assert telephone_source(request(OWN, via), PROXY, {"10.0.0.1"}) == source
    assert telephone_source(request(OWN, via), PROXY, frozenset()) == PROXY


def test_a_path_is_kept_only_where_it_is_believed() -> None:
    for has_path, path in ((True, ("<sip:10.0.0.1;lr;received=sip:203.0.113.9:40001>",)), (False, ())):
        outcome = register(request(OWN), (), 0.0, policy=RegistrarPolicy(), flow=NAT, has_path=has_path)
        assert [binding.path for binding in outcome.bindings] == [path]
