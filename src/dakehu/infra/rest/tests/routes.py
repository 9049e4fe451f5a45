"""The API's own rows of the access table; each resource's stand with its app."""

from __future__ import annotations

from typing import Any

from dakehu.infra.testing.routes import Route

_TOPIC = {"topic": "customer"}
_LISTENER = {"callback": "http://192.0.2.1/tmf"}
_PROGRAMS: dict[str, Any] = {"anonymous": 401, "auditor": 403, "manager": 403, "administrator": 403}
_NONE: dict[str, Any] = {"anonymous": 401, "auditor": 404, "manager": 404, "administrator": 404}
ROUTES = [
    Route("rest-topic-list", anonymous=401),
    Route("rest-topic-item", path=_TOPIC, anonymous=401),
    Route("rest-topic-event-list", path=_TOPIC, anonymous=401),
    Route("rest-topic-event-item", path={**_TOPIC, "key": "9"}, **_NONE),
    Route("rest-topic-hub", "POST", path=_TOPIC, data=_LISTENER, json=True, **_PROGRAMS),
    Route("rest-topic-hub", path=_TOPIC, **_PROGRAMS),
    Route("rest-topic-hub-item", "DELETE", path={**_TOPIC, "key": "x"}, **_PROGRAMS),
    Route("rest-topic-hub-item", path={**_TOPIC, "key": "x"}, **_PROGRAMS),
    Route("rest-event-hub", "POST", data=_LISTENER, json=True, **_PROGRAMS),
    Route("rest-event-hub-item", "DELETE", path={"key": "x"}, **_PROGRAMS),
    Route("rest-openapi", anonymous=200),
    Route("rest-browse"),
    Route("rest-nothing", path={"rest": "unheardOf/v4/thing"}, anonymous=404, auditor=404, manager=404,
          administrator=404),
    Route("rest-token", "POST", anonymous=400, auditor=400, manager=400, administrator=400),
    Route("rest-revoke", "POST", anonymous=400, auditor=400, manager=400, administrator=400),
]  # fmt: skip
