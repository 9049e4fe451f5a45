"""Static files: our own apps', the chosen files of the npm packages, and hashed names for both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import AppDirectoriesFinder, BaseFinder
from django.core.files.storage import FileSystemStorage, Storage
from whitenoise.storage import (  # type: ignore[import-untyped]  # whitenoise ships no types
    CompressedManifestStaticFilesStorage,
)


class OwnFinder(AppDirectoriesFinder):
    """Finds the static files of Dakehu's apps; no page uses those of the libraries."""

    def __init__(self, app_names: Iterable[str] | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(app_names or settings.DAKEHU_APPS, *args, **kwargs)


class PackageFinder(BaseFinder):
    """Finds `settings.PACKAGE_FILES` under the names given there; a file not installed yet is left out."""

    def check(self, **_kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **_kwargs: Any) -> Any:
        source = settings.PACKAGE_FILES.get(path)
        file = settings.NODE_MODULES / source if source else None
        if file is None or not file.is_file():
            return []
        return [str(file)] if find_all else str(file)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:  # noqa: ARG002 - Django's signature
        for name, source in settings.PACKAGE_FILES.items():
            file = settings.NODE_MODULES / source
            if file.is_file():
                yield name, _OneFile(name, file)


class _OneFile(FileSystemStorage):
    """A storage that holds a single file under a name of our choice."""

    def __init__(self, name: str, file: Path) -> None:
        super().__init__(location=file.parent)
        self._name, self._file = name, file

    def path(self, name: str) -> str:
        return str(self._file) if name == self._name else super().path(name)


class HashedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # for want of its types
    """Names carry a hash of the content; between files only the `url(…)` of style sheets is followed.

    The packages' source maps are not served, so references to them are left as they stand.
    """

    patterns = (
        (
            "*.css",
            (
                (
                    r"""(?P<matched>url\((?P<quote>['"]{0,1})\s*(?P<url>.*?)(?P=quote)\))""",
                    "url(%(quote)s%(url)s%(quote)s)",
                ),
            ),
        ),
    )
