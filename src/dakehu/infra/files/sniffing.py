"""What a file is, told from its content; its name is only quoted back to its owner."""

from __future__ import annotations

import codecs
import zipfile
from enum import StrEnum
from pathlib import Path

from dakehu.infra.files.archives import inspect
from dakehu.infra.files.errors import FileEmpty, FileProtected


class FileKind(StrEnum):
    XLSX = "xlsx"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"
    CSV = "csv"
    DOCX = "docx"
    PPTX = "pptx"
    PDF = "pdf"
    PNG = "png"
    JPEG = "jpg"
    WEBP = "webp"
    ZIP = "zip"
    HTML = "html"
    OTHER = "bin"


WORKBOOKS = frozenset({FileKind.XLSX, FileKind.XLSB, FileKind.XLS, FileKind.ODS})
TABLES = WORKBOOKS | {FileKind.CSV}
IMAGES = frozenset({FileKind.PNG, FileKind.JPEG, FileKind.WEBP})

_OFFICE = "application/vnd.openxmlformats-officedocument"
CONTENT_TYPES = {
    FileKind.XLSX: f"{_OFFICE}.spreadsheetml.sheet",
    FileKind.XLSB: "application/vnd.ms-excel.sheet.binary.macroEnabled.12",
    FileKind.XLS: "application/vnd.ms-excel",
    FileKind.ODS: "application/vnd.oasis.opendocument.spreadsheet",
    FileKind.CSV: "text/csv",
    FileKind.DOCX: f"{_OFFICE}.wordprocessingml.document",
    FileKind.PPTX: f"{_OFFICE}.presentationml.presentation",
    FileKind.PDF: "application/pdf",
    FileKind.PNG: "image/png",
    FileKind.JPEG: "image/jpeg",
    FileKind.WEBP: "image/webp",
    FileKind.ZIP: "application/zip",
}
"""What a download is announced as; every other kind goes as plain bytes."""

_HEAD = 65_536
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNATURES = (
    (b"%PDF-", FileKind.PDF),
    (b"\x89PNG\r\n\x1a\n", FileKind.PNG),
    (b"\xff\xd8\xff", FileKind.JPEG),
)
_BY_ENTRY = {
    "xl/workbook.xml": FileKind.XLSX,
    "xl/workbook.bin": FileKind.XLSB,
    "word/document.xml": FileKind.DOCX,
    "ppt/presentation.xml": FileKind.PPTX,
}
_MARKUP = (b"<html", b"<!doctype", b"<table", b"<head", b"<body", b"<meta", b"<script", b"<svg", b"<?xml")


def sniff(path: Path, name: str) -> FileKind:
    """The kind by content; raises `FileEmpty`, `FileProtected`, `FileDamaged` or `ArchiveUnsafe`."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        raise FileEmpty(name=name)
    if head.startswith(b"PK\x03\x04"):
        return _archive(path, name)
    if head.startswith(_OLE):
        return _compound(path, name)
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return FileKind.WEBP
    return _text(head)


def encoding_of(head: bytes) -> str | None:
    """The encoding of text whose first bytes are `head`; None when it is no text that we read."""
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\x00" in head:
        return None
    for encoding in ("utf-8", "gb18030"):
        try:
            # Not final: a character cut in two at the end of `head` is no fault.
            codecs.getincrementaldecoder(encoding)().decode(head, final=False)
        except UnicodeDecodeError:
            continue
        return encoding
    return None


def _archive(path: Path, name: str) -> FileKind:
    entries = inspect(path, name)
    names = {entry.filename.lower().replace("\\", "/") for entry in entries}
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise FileProtected(name=name)
    for entry, kind in _BY_ENTRY.items():
        if entry in names:
            return kind
    if "mimetype" in names and "content.xml" in names:
        with zipfile.ZipFile(path) as archive, archive.open("mimetype") as file:
            if file.read(100).startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
                return FileKind.ODS
    return FileKind.ZIP


def _compound(path: Path, name: str) -> FileKind:
    """Microsoft's older container: a workbook of Excel 97, or the wrapping of an encrypted newer one."""
    with path.open("rb") as file:
        data = file.read()
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise FileProtected(name=name)
    if any(stream.encode("utf-16-le") in data for stream in ("Workbook\0", "Book\0")):
        return FileKind.XLS
    return FileKind.OTHER


def _text(head: bytes) -> FileKind:
    encoding = encoding_of(head)
    if encoding is None:
        return FileKind.OTHER
    start = head.decode(encoding, "ignore").lstrip("\ufeff \t\r\n")[:200].lower().encode()
    if start.startswith(_MARKUP):
        return FileKind.HTML
    controls = sum(head.count(bytes([code])) for code in (1, 2, 3, 4, 5, 6, 7, 8, 14, 15, 16))
    return FileKind.OTHER if encoding != "utf-16" and controls else FileKind.CSV
