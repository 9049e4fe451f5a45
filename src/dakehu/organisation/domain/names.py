"""Names and codes as administrators type them."""

from __future__ import annotations

import re

from dakehu.kernel.text import clean_code, clean_name
from dakehu.organisation.domain.errors import CodeMalformed, NameMissing, UsernameMalformed

_USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,39}")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


def read_name(text: str, field: str = "name") -> str:
    """A name without stray blanks; raises `NameMissing`."""
    name = clean_name(text)
    if not name:
        raise NameMissing(field=field)
    return name


def read_username(text: str) -> str:
    """A sign-in name, lower-cased; raises `UsernameMalformed`."""
    username = clean_code(text).lower()
    if not _USERNAME.fullmatch(username):
        raise UsernameMalformed(field="username")
    return username


def read_code(text: str) -> str:
    """A stable code; raises `CodeMalformed`."""
    code = clean_code(text)
    if not _CODE.fullmatch(code):
        raise CodeMalformed(field="code", text=text)
    return code
