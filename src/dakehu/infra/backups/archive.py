"""The archive: written once in one pass, read back member by member with every checksum compared."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from dakehu.infra.backups.errors import BackupBroken

MANIFEST = "manifest.json"
_CHUNK = 2**20
_IN_MEMORY = 16 * 2**20
Tell = Callable[[int], None]
"""Called with the number of bytes that were just done."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of an archive."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds. `made_at` is ISO 8601 in UTC; `last_write` the newest audit entry's id in it.

    `proof` says how the database was proved: "restored" into a scratch place and checked there, or "read"
    through where no scratch database may be made.
    """

    made_at: str
    database: str
    version: str
    last_write: int
    entries: list[Entry] = field(default_factory=list)
    proof: str = ""
    archive_size: int = 0
    archive_sha256: str = ""

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1, ensure_ascii=False).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Manifest:
        """Raises ValueError, KeyError or TypeError for anything else."""
        facts = json.loads(text)
        return cls(**{**facts, "entries": [Entry(**entry) for entry in facts["entries"]]})


class Writer:
    """Adds files to an archive under way; `entries` is what the manifest will say."""

    def __init__(self, stream: IO[bytes], tell: Tell) -> None:
        self._tar = tarfile.TarFile.gzopen(None, "w", stream, compresslevel=1)
        self._tell = tell
        self.entries: list[Entry] = []

    def add(self, path: Path, name: str) -> None:
        """The file as it is now; one that is gone meanwhile is passed over, one that grows is cut off."""
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return
        with file:
            head = file.read(_IN_MEMORY)
            if len(head) < _IN_MEMORY:
                self._put(name, io.BytesIO(head), len(head))
            else:
                size = path.stat().st_size
                file.seek(0)
                self._put(name, file, size)

    def close(self, manifest: Manifest) -> None:
        text = manifest.to_json()
        info = tarfile.TarInfo(MANIFEST)
        info.size = len(text)
        self._tar.addfile(info, io.BytesIO(text))
        self._tar.close()

    def _put(self, name: str, file: IO[bytes], size: int) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        reader = _Hashing(file, self._tell)
        self._tar.addfile(info, reader)
        self.entries.append(Entry(name, size, reader.digest.hexdigest()))


class _Hashing(io.RawIOBase):
    """A file that hashes what is read of it."""

    def __init__(self, file: IO[bytes], tell: Tell) -> None:
        super().__init__()
        self._file, self._tell = file, tell
        self.digest = hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        self._tell(len(data))
        return data


def unpack(archive: Path, wanted: Callable[[str], Path | None], tell: Tell) -> Manifest:
    """Read the whole archive, compare every checksum, write what `wanted` gives a place for.

    Raises `BackupBroken`. Names that lead out of the archive's own tree are refused.
    """
    found: dict[str, Entry] = {}
    manifest: Manifest | None = None
    try:
        with tarfile.open(archive, mode="r|gz") as tar:
            for info, stream in _members(tar):
                if info.name == MANIFEST:
                    manifest = Manifest.from_json(stream.read())
                    continue
                _check_name(archive, info.name)
                found[info.name] = _copy(info.name, stream, wanted(info.name), tell)
    except (OSError, EOFError, tarfile.TarError, ValueError, KeyError, TypeError) as fault:
        raise BackupBroken(name=archive.name, fault=str(fault)[:200]) from None
    if manifest is None:
        raise BackupBroken(name=archive.name, fault="no manifest")
    said = {entry.name: entry for entry in manifest.entries}
    differing = sorted(name for name in {*said, *found} if said.get(name) != found.get(name))
    if differing:
        raise BackupBroken(name=archive.name, fault=", ".join(differing[:5]))
    return manifest


def _members(tar: tarfile.TarFile) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    for info in tar:
        stream = tar.extractfile(info) if info.isfile() else None
        if stream is None:
            raise tarfile.TarError(f"{info.name} is no file")
        yield info, stream


def _check_name(archive: Path, name: str) -> None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise BackupBroken(name=archive.name, fault=name)


def _copy(name: str, stream: IO[bytes], target: Path | None, tell: Tell) -> Entry:
    digest, size = hashlib.sha256(), 0
    if target is not None:
        target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") if target is not None else io.BytesIO() as file:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            tell(len(chunk))
            if target is not None:
                file.write(chunk)
    if target is not None:
        target.chmod(0o600)
    return Entry(name, size, digest.hexdigest())


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
