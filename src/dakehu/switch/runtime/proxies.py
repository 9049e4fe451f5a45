"""Behind proxies of ours: whose telephone sent a request that one of them passed on."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from dakehu.switch.sip import Endpoint, Malformed, Request, Transport


def telephone_source(request: Request, source: Endpoint, proxies: AbstractSet[str]) -> Endpoint:
    """Where the request was before the proxies: the next Via tells what each saw (RFC 3261 section 18.2.1).

    A host that is none of `proxies` is not believed. Who came by a proxy has no flow of ours.
    """
    if source.host not in proxies:
        return source
    try:
        for via in request.vias[1:]:
            if source.host not in proxies:
                break
            transport = Transport(via.transport.lower())
            port = via.params.get("rport") or via.port or transport.default_port
            host = via.params.get("received") or via.host
            source = Endpoint(transport, host.strip("[]"), int(port))
    except (Malformed, ValueError):
        pass
    return source
