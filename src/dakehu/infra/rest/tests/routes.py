"""The API's own rows of the access table; each resource's stand with its app."""

from __future__ import annotations

from dakehu.infra.testing.routes import Route

ROUTES = [
    Route("rest-openapi", anonymous=200),
    Route("rest-browse"),
    Route("rest-nothing", path={"rest": "unheardOf/v4/thing"}, anonymous=404, auditor=404, manager=404,
          administrator=404),
    Route("rest-token", "POST", anonymous=400, auditor=400, manager=400, administrator=400),
    Route("rest-revoke", "POST", anonymous=400, auditor=400, manager=400, administrator=400),
]  # fmt: skip
