"""Hostile names in every row there is, and what an answer must not do with them.

A route's row in the access table makes the objects of its path by the services; then `poison` writes the
payload into every column that people fill with words, past all cleaning, as if an older version, an import or
a neighbouring system had let it in. What is shown, exported or sent must be harmless all the same.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse
from django.utils.http import content_disposition_header

from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.clock import now
from dakehu.infra.testing.routes import Route, supplied
from dakehu.organisation.seed import seed
from dakehu.organisation.testing import Scenario

PAYLOAD = "=<script>alert(1)</script>\"'{{7*7}}"
SHORT = "=\"'><s>"
SCHEME = "javascript:alert(1)//"
SHOWN = "&lt;script&gt;alert(1)"
_WORDS = frozenset({
    "name", "name_en", "short_name", "label", "label_en", "address", "comment", "comment_by", "by_name",
    "gone_name", "hand_reason", "decision", "description", "description_en", "hint", "hint_en",
    "evidence", "created_by", "closed_by", "decided_by", "entered_by", "enforced_by", "proposed_by",
    "reopened_by", "undone_by", "set_by", "uploaded_by", "worker_name", "user_name", "error",
    "file_name", "holder", "issuer", "last_reason", "languages", "log", "model", "operator", "serial",
    "note", "outcome", "owner_name", "phone", "mobile", "email", "place", "post", "preferences",
    "purpose", "reason", "record", "remark", "requested_name", "subject", "text", "title", "website",
    "product", "external_id", "number", "host",
})  # fmt: skip
_KEYS = frozenset({
    "MergeMove.place", "QualityRule.subject", "QualityFault.subject", "QualityTally.subject",
    "StoredFile.purpose", "OrderPause.reason", "ParameterValue.name", "PublicNumber.number",
    "ProductOrder.number", "Identity.subject", "SourceCursor.source",
})  # fmt: skip
"""Columns of these names that hold keys of the program, not words of people."""
_NOUNS = ("customer", "user", "org_unit", "role", "order", "visit", "contract", "group", "vpn", "import")
_RAW = re.compile(r"<script>alert|\"'><s>|&#x27;49|href=\"\s*javascript:", re.IGNORECASE)
_FORMULA = frozenset("=+-@＝＋－＠")
_FORMULA_XML = re.compile(rb"<(?:\w+:)?f[\s>]")


def walk(app: str) -> tuple[list[str], int]:
    """Call every GET of an app's rows as administrator: what is wrong, and how often the payload showed."""
    seed()
    wrong: list[str] = []
    shown = 0
    for route in import_module(f"{app}.tests.routes").ROUTES:
        if route.method == "GET":
            with transaction.atomic():
                for fault, text in _walk_route(route):
                    wrong += [f"{route.name}: {each}" for each in fault]
                    shown += SHOWN in text
                transaction.set_rollback(True)
    return wrong, shown


def _walk_route(route: Route) -> Iterator[tuple[list[str], str]]:
    world, client = Scenario(), Client(raise_request_exception=False)
    path = supplied(route.path, world)
    client.force_login(world.administrator_user)
    poison(path)
    url = route.name.format(**path) if "{" in route.name else reverse(route.name, kwargs=path)
    url = f"/{url.lstrip('/')}"
    asked = f"{url}?{route.query}" if route.query else url
    first = client.get(asked)
    text = _kept_body(first).decode("utf-8", "replace")
    faults = judge(first)
    if first.status_code != route.administrator:
        faults.append(f"answers {first.status_code} for {route.administrator}")
    yield faults, text
    if first.status_code != 200 or "text/html" not in first.headers.get("Content-Type", ""):
        return
    typed = {"q": f"{PAYLOAD}\0\u202e", "_page": SHORT, "_sort": PAYLOAD, "_view": SHORT}
    yield [f"typed: {each}" for each in judge(client.get(f"{url}?{urlencode(typed)}"))], ""
    if "_export=" in text:
        for form in ("csv", "xlsx"):
            sheet = client.get(f"{url}?_export={form}")
            yield [f"{form}: {each}" for each in judge(sheet)], ""


def poison(path: Mapping[str, Any]) -> None:
    """Put the payload into all words of all rows, and hostile audit rows beside the objects of `path`."""
    for model in apps.get_models():
        if model.__module__.startswith("dakehu.") and model is not AuditEntry:
            _poison_rows(model)
    for noun in _NOUNS:
        for value in {str(value) for value in path.values()}:
            AuditEntry.objects.create(
                at=now(), actor_name=PAYLOAD, action=f"{noun}.change", noun=noun, object_id=value[:64],
                label=PAYLOAD, changes={"name": [PAYLOAD, PAYLOAD], PAYLOAD: [None, PAYLOAD]},
                correlation_id="x",
            )  # fmt: skip


def _poison_rows(model: type[models.Model]) -> None:
    fields = [
        each
        for each in model._meta.concrete_fields
        if isinstance(each, (models.CharField, models.TextField))
        and each.name in _WORDS
        and not each.choices
        and f"{model.__name__}.{each.name}" not in _KEYS
    ]
    if not fields:
        return
    rows = model._default_manager.all()
    for field in fields:
        most = field.max_length or 1000
        value = SCHEME if field.name == "website" else PAYLOAD if most >= len(PAYLOAD) + 8 else SHORT
        if most < len(value):
            continue
        try:
            with transaction.atomic():
                rows.update(**{field.name: value})
        except IntegrityError:
            for pk in rows.values_list("pk", flat=True):
                model._default_manager.filter(pk=pk).update(**{field.name: f"{value}{pk}"[:most]})


def _body_of(response: HttpResponseBase) -> bytes:
    if response.streaming:
        return b"".join(getattr(response, "streaming_content"))  # noqa: B009 - the test client's type hides it
    return bytes(getattr(response, "content"))  # noqa: B009


def judge(response: HttpResponseBase) -> list[str]:
    """What the answer does that it must not."""
    faults = [f"answers {response.status_code}"] if response.status_code >= 500 else []
    if response.headers.get("X-Content-Type-Options") != "nosniff":
        faults.append("lets the browser guess its type")
    faults += [f"header {name}" for name, value in response.headers.items() if _breaks_out(name, value)]
    kind, body = response.headers.get("Content-Type", ""), _kept_body(response)
    if kind.startswith("text/html"):
        text = body.decode()
        if found := _RAW.search(text):
            faults.append(f"raw markup …{text[max(0, found.start() - 80) : found.end() + 20]!r}…")
    elif kind.startswith("text/csv"):
        lines = csv.reader(io.StringIO(body.decode("utf-8-sig")))
        faults += [f"cell {cell!r}" for line in lines for cell in line if _computes(cell)]
    elif kind.startswith("text/calendar"):
        faults += [f"line {line!r}" for line in body.decode().split("\r\n") if line[:1] in {"=", "<"}]
    elif "spreadsheetml" in kind and response.status_code == 200:
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/")]
            faults += [f"formula in {name}" for name in sheets if _FORMULA_XML.search(book.read(name))]
    return faults


def _computes(cell: str) -> bool:
    """Whether a spreadsheet would take the payload in this cell of a CSV file for a formula."""
    return cell[:1] in _FORMULA and ("<s" in cell or "alert" in cell)


def _breaks_out(name: str, value: str) -> bool:
    """Whether a header has markup, a second line, or a file name that ends before its end."""
    if name == "Content-Disposition":
        whole = {content_disposition_header(True, each) for each in (PAYLOAD, SHORT)}
        return "<" in value and value not in whole
    return re.search(r"[\r\n<>]", value) is not None and name != "Link"


def _kept_body(response: HttpResponseBase) -> bytes:
    kept = getattr(response, "kept_body", None)
    if kept is None:
        kept = _body_of(response)
        response.kept_body = kept  # type: ignore[attr-defined]  # a stream can be read once
    return bytes(kept)


def pages_of(app: str) -> list[Route]:
    """The app's pages that need no object: lists and reports."""
    routes = import_module(f"{app}.tests.routes").ROUTES
    return [each for each in routes if each.method == "GET" and not each.path and "{" not in each.name]


def apps_with_routes() -> list[str]:
    return [
        app for app in settings.DAKEHU_APPS if find_spec(f"{app}.tests") and find_spec(f"{app}.tests.routes")
    ]
