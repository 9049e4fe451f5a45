"""What is taken, as what it is kept, who may have it."""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import xlsxwriter
from django.test import Client

from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.clock import now
from dakehu.infra.files.api import (
    TABLES,
    FileKind,
    Purpose,
    StoredFile,
    access_file,
    encoding_of,
    file_open,
    file_remove,
    file_store,
    path_of,
    register_purpose,
)
from dakehu.infra.files.archives import verify
from dakehu.infra.files.errors import (
    ArchiveUnsafe,
    FileDamaged,
    FileEmpty,
    FileIsWebPage,
    FileKindRefused,
    FileProtected,
    FileTooBig,
)
from dakehu.infra.files.sniffing import sniff
from dakehu.infra.files.store import purge_expired, purge_strays
from dakehu.kernel.errors import DomainError, NotFound
from dakehu.organisation.testing import Scenario

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.fixture(autouse=True)
def _purposes() -> None:
    register_purpose(Purpose("test-tables", TABLES, max_bytes=2**20, keep_days=7))
    register_purpose(Purpose("test-shared", read_permission="customer.read"))
    register_purpose(Purpose("test-owner-only"))


def workbook() -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet().write_string(0, 0, "名称")
    return file.getvalue()


def archive(entries: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries.items():
            packed.writestr(name, content)
    return file.getvalue()


def bomb() -> bytes:
    return archive({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"\0" * (40 * 2**20)})


def liar() -> bytes:
    """An archive whose table of contents promises a tenth of what the entry unpacks to."""
    data = archive({"xl/workbook.xml": os.urandom(1000) * 2000})
    at = data.rindex(b"PK\x01\x02")
    return data[: at + 24] + struct.pack("<L", 200_000) + data[at + 28 :]


ODS = archive({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"})


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (workbook(), FileKind.XLSX),
        (archive({"xl/workbook.bin": b""}), FileKind.XLSB),
        (archive({"word/document.xml": b""}), FileKind.DOCX),
        (archive({"readme.txt": b""}), FileKind.ZIP),
        (ODS, FileKind.ODS),
        (OLE + b"\0" * 600 + "Workbook\0".encode("utf-16-le"), FileKind.XLS),
        (OLE + b"\0" * 600, FileKind.OTHER),
        ("名称,电话\n".encode(), FileKind.CSV),
        ("名称,电话\n".encode("gb18030"), FileKind.CSV),
        ("名称\t电话\n".encode("utf-16"), FileKind.CSV),
        (b"\n<html><table>", FileKind.HTML),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", FileKind.HTML),
        (b"%PDF-1.7", FileKind.PDF),
        (b"\x89PNG\r\n\x1a\n", FileKind.PNG),
        (b"\xff\xd8\xff\xe0", FileKind.JPEG),
        (b"MZ\x90\x00\x03\x00", FileKind.OTHER),
        (b"\x7fELF\x02\x01", FileKind.OTHER),
        (b"\xff\xff\xff\xff\xff", FileKind.OTHER),
    ],
)
def test_the_kind_is_told_from_the_content(tmp_path: Path, content: bytes, kind: FileKind) -> None:
    path = tmp_path / "anything.exe"
    path.write_bytes(content)
    assert sniff(path, "x") is kind


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", FileEmpty),
        (OLE + "EncryptedPackage".encode("utf-16-le"), FileProtected),
        (workbook()[:-40], FileDamaged),
        (b"PK\x03\x04" + b"x" * 100, FileDamaged),
        (bomb(), ArchiveUnsafe),
        (archive({f"a{n}": b"" for n in range(5000)}), ArchiveUnsafe),
        (b"a,b\n" * 300_000, FileTooBig),
        (b"<html><table><tr><td>", FileIsWebPage),
        (b"%PDF-1.7", FileKindRefused),
    ],
)
@pytest.mark.django_db
def test_what_is_refused_leaves_nothing_behind(
    world: Scenario, content: bytes, fault: type[DomainError]
) -> None:
    with pytest.raises(fault) as raised:
        file_store(actor=world.manager, purpose="test-tables", name="客户.xlsx", chunks=[content])
    assert raised.value.data["name"] == "客户.xlsx"
    assert not StoredFile.objects.exists()
    assert not list(path_of(StoredFile().pk).parent.parent.joinpath("incoming").iterdir())


def test_an_archive_that_lies_about_its_size_is_found_out_while_unpacking(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(liar())
    sniff(path, "a")
    with pytest.raises(ArchiveUnsafe):
        verify(path, "a")


@pytest.mark.parametrize("at", [60, 200, 700])
def test_an_altered_archive_is_found_out_while_unpacking(tmp_path: Path, at: int) -> None:
    path = tmp_path / "a.zip"
    data = bytearray(archive({"xl/workbook.xml": zlib.compress(os.urandom(2000))}))
    data[at] ^= 0x55
    path.write_bytes(data)
    with pytest.raises(FileDamaged):
        verify(path, "a")


def test_a_whole_archive_passes(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(workbook())
    verify(path, "a")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("太原".encode(), "utf-8"),
        ("太原".encode()[:-1], "utf-8"),
        ("太原并州".encode("gb18030"), "gb18030"),
        ("太原".encode("utf-8-sig"), "utf-8-sig"),
        ("太原".encode("utf-16"), "utf-16"),
        (b"a\0b", None),
    ],
)
def test_the_encoding_of_text(text: bytes, encoding: str | None) -> None:
    assert encoding_of(text) == encoding


@pytest.mark.django_db
def test_a_file_is_kept_as_it_came_and_traced(world: Scenario) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"a,"
        yield b"b\n"

    row = file_store(actor=world.manager, purpose="test-tables", name="..\\..\\客户\n.csv", chunks=chunks())
    with file_open(row) as file:
        assert file.read() == b"a,b\n"
    assert (row.name, row.kind, row.size) == ("客户 .csv", "csv", 4)
    assert row.expires_at == row.created_at + timedelta(days=7)
    assert AuditEntry.objects.get(action="file.store").object_id == str(row.pk)
    assert row.pk.hex in str(path_of(row.pk))


@pytest.mark.django_db
def test_who_may_read(world: Scenario) -> None:
    own = file_store(actor=world.manager, purpose="test-owner-only", name="a.csv", chunks=[b"a\n"])
    shared = file_store(actor=world.manager, purpose="test-shared", name="a.csv", chunks=[b"a\n"])
    reader = world.actor_with("customer.read")
    outsider = world.actor_with("customer.read", unit=world.datong)
    assert access_file(world.manager, own.pk) == own
    assert access_file(reader, shared.pk) == shared
    for actor, row in [(reader, own), (outsider, shared), (world.actor_with(), shared)]:
        with pytest.raises(NotFound):
            access_file(actor, row.pk)


@pytest.mark.django_db
def test_nobody_owns_what_the_system_stored(world: Scenario) -> None:
    """An API client has no user id, and None is not an owner's id."""
    row = file_store(actor=world.actor_with(), purpose="test-owner-only", name="a.csv", chunks=[b"a\n"])
    with pytest.raises(NotFound):
        access_file(world.actor_with(), row.pk)


@pytest.mark.django_db
def test_a_download_is_never_what_its_sender_called_it(world: Scenario, client: Client) -> None:
    row = file_store(
        actor=world.manager,
        purpose="test-owner-only",
        name="a.html",
        chunks=[b"<html><script>alert(1)</script>"],
    )
    client.force_login(world.manager_user)
    response = client.get(f"/files/{row.pk}/")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == 'attachment; filename="a.html"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert AuditEntry.objects.filter(action="file.download", object_id=str(row.pk)).exists()


@pytest.mark.django_db(transaction=True)
def test_files_past_their_day_and_strays_are_swept(world: Scenario) -> None:
    row = file_store(actor=world.manager, purpose="test-tables", name="a.csv", chunks=[b"a\n"])
    kept = file_store(actor=world.manager, purpose="test-owner-only", name="a.csv", chunks=[b"a\n"])
    stray = path_of(StoredFile().pk)
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"x")
    StoredFile.objects.filter(pk=row.pk).update(expires_at=now() - timedelta(seconds=1))
    purge_expired()
    purge_strays(older_than_s=-5)
    assert not path_of(row.pk).exists()
    assert not stray.exists()
    assert path_of(kept.pk).exists()
    file_remove(kept)
    with pytest.raises(NotFound):
        file_open(kept)
