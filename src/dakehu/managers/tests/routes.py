"""This chapter's rows of the access table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from dakehu.infra.files.api import file_store
from dakehu.infra.testing.routes import Route
from dakehu.managers.domain.visits import PromiseDraft
from dakehu.managers.models import Credential
from dakehu.managers.services.feeds import feed_open
from dakehu.managers.services.files import PORTRAIT, CredentialDraft, credential_add
from dakehu.managers.services.visits import VISIT_PHOTO
from dakehu.managers.tests.fixtures import (
    PNG,
    a_file,
    a_hand_over,
    a_logged_visit,
    a_taker,
    a_visit,
    an_account,
)
from dakehu.managers.tests.performance_routes import PERFORMANCE_ROUTES
from dakehu.managers.tests.rest_routes import REST_ROUTES

_DAY = date(2026, 11, 30)


def _file(world: Any) -> dict[str, Any]:
    return {"pk": a_file(world).pk}


def _photographed(world: Any) -> dict[str, Any]:
    row = a_file(world)
    row.photo = file_store(actor=world.administrator, purpose=PORTRAIT, name="a.png", chunks=[PNG])
    row.save()
    return {"pk": row.pk}


def _credential(world: Any) -> dict[str, Any]:
    file = a_file(world)
    draft = CredentialDraft(Credential.Kind.TRAINING, "云网融合", _DAY)
    return {
        "pk": file.pk,
        "credential": credential_add(actor=world.administrator, file_id=file.pk, draft=draft).pk,
    }


def _visit(world: Any) -> dict[str, Any]:
    return {"pk": a_visit(world).pk}


def _logged(world: Any) -> dict[str, Any]:
    return {"pk": a_logged_visit(world).pk}


def _pictured(world: Any) -> dict[str, Any]:
    row = a_logged_visit(world)
    row.photo = file_store(actor=world.manager, purpose=VISIT_PHOTO, name="a.png", chunks=[PNG])
    row.save()
    return {"pk": row.pk}


def _promise(world: Any) -> dict[str, Any]:
    visit = a_logged_visit(world, promises=(PromiseDraft("送方案", _DAY),))
    return {"pk": visit.promises.get().pk}


def _customer(world: Any) -> dict[str, Any]:
    return {"pk": an_account(world).pk}


def _secret(world: Any) -> dict[str, Any]:
    return {"secret": feed_open(actor=world.manager)}


def _hand_over(world: Any) -> dict[str, Any]:
    return {"pk": a_hand_over(world, a_taker(world)).pk}


def _signing(world: Any) -> dict[str, Any]:
    return {**_hand_over(world), "act": "sign"}


def _someone(world: Any) -> dict[str, Any]:
    return {"user": world.user("account_manager").pk, "grade": "junior"}


def _training(_world: Any) -> dict[str, Any]:
    return {"kind": "training", "title": "云网融合", "first_on": "2026-11-30"}


def _portrait(_world: Any) -> dict[str, Any]:
    return {"photo": SimpleUploadedFile("a.png", PNG)}


def _new_visit(world: Any) -> dict[str, Any]:
    return {"customer": an_account(world).pk, **_PLAN}


def _leader(route: Route) -> Route:
    """The team leader's: managers read, and change nothing here."""
    return replace(route, auditor=403, manager=403, neighbour=403)


def _own(route: Route) -> Route:
    """The manager's own work; who sees it and is not that manager is told so, by 422 or 403."""
    return replace(route, auditor=403, neighbour=404)


_PLAN = {"starts_at": "2026-12-01T09:30", "minutes": 60, "purpose": "续约"}
_LOG = {"visited_at": "2026-11-02T09:30", "text": "已谈妥", "version": 1}
_RULES = {f"{name}_{grade}": 1 for grade in range(1, 6) for name in ("visits", "months")}
_FILE = {"grade": "junior", "version": 1}
_CLOSED = {"event": "keep", "outcome": "已送达", "version": 1}

_CHANGED = {**_PLAN, "version": 1}
_MOVED = {"day": "2026-12-02", "version": 1}
_WRITTEN: dict[str, Any] = {"manager": 302, "administrator": 422}
_SAVED: dict[str, Any] = {"administrator": 302}

ROUTES = [
    Route("managers-file-list"),
    Route("managers-file-record", path=_file, neighbour=404),
    _leader(Route("managers-file-create", also={"team_leader": 200})),
    _leader(Route("managers-file-create", "POST", data=_someone, also={"team_leader": 302}, **_SAVED)),
    _leader(Route("managers-file-change", path=_file)),
    _leader(Route("managers-file-change", "POST", path=_file, data=_FILE, administrator=302)),
    Route("managers-photo-show", path=_photographed, neighbour=404),
    _leader(Route("managers-photo-change", path=_file)),
    _leader(Route("managers-photo-change", "POST", path=_file, data=_portrait, administrator=302)),
    _leader(Route("managers-credential-create", path=_file)),
    _leader(Route("managers-credential-create", "POST", path=_file, data=_training, administrator=302)),
    _leader(Route("managers-credential-remove", "POST", path=_credential, administrator=302)),
    Route("managers-visit-list"),
    Route("managers-visit-record", path=_visit, neighbour=404),
    Route("managers-visit-of-customer", path=_customer, neighbour=404),
    Route("managers-visit-photo", path=_pictured, neighbour=404),
    Route("managers-visit-create", auditor=403),
    Route(
        "managers-visit-create", "POST", data=_new_visit, auditor=403, manager=302, neighbour=404,
        administrator=302,
    ),
    _own(Route("managers-visit-change", path=_visit)),
    _own(Route("managers-visit-change", "POST", path=_visit, data=_CHANGED, **_WRITTEN)),
    _own(Route("managers-visit-move", "POST", path=_visit, data=_MOVED, **_WRITTEN)),
    _own(Route("managers-visit-log", path=_visit)),
    _own(Route("managers-visit-log", "POST", path=_visit, data=_LOG, **_WRITTEN)),
    _own(Route("managers-visit-cancel", "POST", path=_visit, data={"version": 1}, **_WRITTEN)),
    _leader(Route("managers-visit-comment", path=_logged)),
    _leader(
        Route(
            "managers-visit-comment", "POST", path=_logged, data={"comment": "好", "version": 2},
            administrator=302, also={"team_leader": 302},
        )
    ),
    Route("managers-promise-list"),
    _own(Route("managers-promise-close", path=_promise)),
    _own(Route("managers-promise-close", "POST", path=_promise, data=_CLOSED, manager=302, **_SAVED)),
    Route("managers-calendar"),
    Route("managers-calendar-feed", auditor=403),
    Route("managers-calendar-feed", "POST", auditor=403),
    Route("managers-calendar-feed-close", "POST", auditor=403, manager=302, administrator=302),
    Route("managers-calendar-ical", path=_secret, anonymous=200),
    Route("managers-due"),
    _leader(Route("managers-rules-change", also={"centre_director": 200})),
    _leader(Route("managers-rules-change", "POST", data=_RULES, also={"centre_director": 302}, **_SAVED)),
    Route("managers-handover-list"),
    Route("managers-handover-record", path=_hand_over, neighbour=404),
    Route("managers-handover-givers", auditor=403, manager=403),
    Route("managers-handover-create", auditor=403),
    Route("managers-handover-create", "POST", auditor=403, manager=422, administrator=422),
    Route(
        "managers-handover-act", "POST", path=_signing, data={"version": 1}, auditor=403, manager=302,
        neighbour=404, administrator=422,
    ),
]  # fmt: skip
ROUTES += [*PERFORMANCE_ROUTES, *REST_ROUTES]
