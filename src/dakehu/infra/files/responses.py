"""A stored file as the answer to a request."""

from __future__ import annotations

from django.http import FileResponse

from dakehu.infra.files.models import StoredFile
from dakehu.infra.files.sniffing import CONTENT_TYPES, FileKind
from dakehu.infra.files.store import file_open


def file_response(row: StoredFile) -> FileResponse:
    """Always a download, announced as what we found it to be; the caller has gated it."""
    return FileResponse(
        file_open(row),
        as_attachment=True,
        filename=row.name,
        content_type=CONTENT_TYPES.get(FileKind(row.kind), "application/octet-stream"),
        headers={
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )
