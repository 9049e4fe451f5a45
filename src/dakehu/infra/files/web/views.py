"""The one page of stored files: the download."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_GET

from dakehu.infra.access.api import Actor
from dakehu.infra.audit.api import Change, record
from dakehu.infra.files.responses import file_response
from dakehu.infra.files.store import access_file
from dakehu.kernel.errors import NotFound


@login_required
@require_GET
def download(request: HttpRequest, pk: UUID) -> FileResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by the actor middleware
    try:
        row = access_file(actor, pk)
    except NotFound:
        raise Http404 from None
    with transaction.atomic():
        record(actor, "file.download", Change(noun="file", object_id=row.pk, label=row.name))
    return file_response(row)
