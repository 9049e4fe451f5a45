"""Where messages go: next hop of a request (RFC 3261 sections 8.1.2 and 19.1.5), way back of a response."""

from __future__ import annotations

import re
from typing import NamedTuple

from dakehu.switch.sip.errors import Malformed
from dakehu.switch.sip.message import Request
from dakehu.switch.sip.transport import Endpoint, Transport
from dakehu.switch.sip.uri import Uri
from dakehu.switch.sip.via import Via

_V4 = re.compile(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}").fullmatch


class NextHop(NamedTuple):
    """A destination that may still be a name; `transport` and `port` are `None` when not given."""

    host: str
    port: int | None
    transport: Transport | None

    def endpoint(self) -> Endpoint | None:
        """The peer when the host is numeric (RFC 3263 section 4.1: then UDP unless said otherwise)."""
        if not is_numeric(self.host):
            return None
        transport = self.transport or Transport.UDP
        return Endpoint(transport, self.host.strip("[]"), self.port or transport.default_port)


def is_numeric(host: str) -> bool:
    """Whether this is an address rather than a name."""
    return host[:1] == "[" or _V4(host) is not None


def next_hop(request: Request) -> NextHop:
    """The first Route, or the Request-URI without one; raises `Malformed` when it is no SIP URI."""
    if "route" in request:
        return hop_of(request.routes[0].uri)
    return hop_of(request.uri)


def hop_of(uri: Uri) -> NextHop:
    """The hop a SIP URI names: `maddr` or host, port, `transport` parameter; sips means TLS."""
    if not uri.is_sip:
        raise Malformed("URI", "not a place to send to")
    wanted = (uri.param("transport") or "").lower()
    transport: Transport | None = None
    if wanted:
        try:
            transport = Transport(wanted)
        except ValueError:
            raise Malformed("URI", "unknown transport") from None
    if uri.scheme == "sips":
        transport = Transport.WSS if transport in {Transport.WS, Transport.WSS} else Transport.TLS
    return NextHop(uri.param("maddr") or uri.host, uri.port, transport)


def way_back(via: Via, source: Endpoint) -> Endpoint:
    """Where responses to a request go (section 18.2.2, RFC 3581 section 4).

    On a connection: back on it; host and port are there for opening another should it be gone. Over UDP: to
    the address the request came from, at the port it came from when `rport` was asked for, else at the port
    of Via. `maddr` in Via is ignored on purpose: it would let a stranger aim our answers at a third party.
    """
    if source.transport.reliable or "rport" in via.params:
        port = source.port if "rport" in via.params or via.port is None else via.port
        return Endpoint(source.transport, source.host, port, source.flow)
    return Endpoint(source.transport, source.host, via.port or source.transport.default_port, source.flow)


def hops_left(request: Request) -> int | None:
    """Max-Forwards for the request that we send on for this one; `None` when it may not go further (483)."""
    received = request.max_forwards
    if received is None:
        return 70
    return received - 1 if received > 0 else None


def has_looped(request: Request, sent_by: tuple[str, int]) -> bool:
    """Whether one of the Vias is ours: a request that came back (16.3 step 4, without the hash: a B2BUA's own
    requests start a new Via list, so any Via of ours means a proxy returned one unchanged)."""
    host, port = sent_by
    return any(via.host.lower() == host.lower() and (via.port or 5060) == port for via in request.vias)
