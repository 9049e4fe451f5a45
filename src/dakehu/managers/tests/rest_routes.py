"""Rows of the access table for TMF683."""

from __future__ import annotations

from typing import Any

from dakehu.infra.testing.routes import Route
from dakehu.managers.tests.fixtures import a_visit, an_account

_LISTENER = {"callback": "http://192.0.2.1/tmf"}


def _key(world: Any) -> dict[str, Any]:
    return {"key": str(a_visit(world).pk)}


def _new(world: Any) -> dict[str, Any]:
    return {
        "@type": "PartyInteraction",
        "reason": "续约",
        "direction": "outbound",
        "channel": [{"id": "visit", "@type": "RelatedChannel"}],
        "interactionDate": {"startDateTime": "2026-12-01T09:30:00+08:00"},
        "relatedParty": [{"id": str(an_account(world).pk), "role": "customer"}],
    }


_REFUSED: dict[str, Any] = {"anonymous": 401, "auditor": 403, "manager": 403, "administrator": 403}
REST_ROUTES = [
    Route("rest-partyInteraction-list", anonymous=401),
    Route("rest-partyInteraction-list", "POST", data=_new, json=True, anonymous=401, auditor=403,
          manager=201, neighbour=400, administrator=201),
    Route("rest-partyInteraction-item", path=_key, anonymous=401, neighbour=404),
    Route("rest-partyInteraction-item", "PATCH", path=_key, data={"reason": "专线"}, json=True,
          anonymous=401, auditor=403, neighbour=404, administrator=400),
    Route("rest-partyInteraction-item", "DELETE", path=_key, anonymous=401, auditor=403, manager=204,
          neighbour=404, administrator=400),
    Route("rest-partyInteraction-hub", "POST", data=_LISTENER, json=True, **_REFUSED),
    Route("rest-partyInteraction-hub-item", "DELETE", path={"key": "x"}, **_REFUSED),
]  # fmt: skip
