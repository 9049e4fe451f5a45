"""Why a file is not taken."""

from __future__ import annotations

from dakehu.kernel.errors import DomainError


class FileEmpty(DomainError):
    """It has no content. Data: `name`."""

    code = "files.empty"


class FileTooBig(DomainError):
    """Data: `name`, `limit_mb`."""

    code = "files.too_big"


class FileKindRefused(DomainError):
    """Its content is of a kind that this purpose does not take. Data: `name`, `allowed`."""

    code = "files.kind_refused"


class FileIsWebPage(DomainError):
    """A web page under the name of a workbook, as many systems export them. Data: `name`."""

    code = "files.is_web_page"


class FileProtected(DomainError):
    """It is encrypted with a password. Data: `name`."""

    code = "files.protected"


class FileDamaged(DomainError):
    """It begins like an archive and doesn't hold together: cut short or altered. Data: `name`."""

    code = "files.damaged"


class ArchiveUnsafe(DomainError):
    """Unpacked, it would be out of all proportion to its size. Data: `name`, `limit_mb`."""

    code = "files.archive_unsafe"
