"""The door to stored files."""

from __future__ import annotations

from dakehu.infra.files.models import StoredFile
from dakehu.infra.files.purposes import Purpose, register_purpose
from dakehu.infra.files.responses import file_response
from dakehu.infra.files.sniffing import IMAGES, TABLES, WORKBOOKS, FileKind, encoding_of
from dakehu.infra.files.store import access_file, file_open, file_remove, file_store, path_of

__all__ = [
    "IMAGES",
    "TABLES",
    "WORKBOOKS",
    "FileKind",
    "Purpose",
    "StoredFile",
    "access_file",
    "encoding_of",
    "file_open",
    "file_remove",
    "file_response",
    "file_store",
    "path_of",
    "register_purpose",
]
