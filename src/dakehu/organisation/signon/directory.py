"""Talking to the directory: search with the service account, then bind as the person.

Every call is bounded in time; a server that can't be reached is passed over, and when none answers
`DirectorySilent` says so. A password goes to the directory and nowhere else. An empty one never does: the
directory would take it for an anonymous bind and say yes to anybody.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from django.views.decorators.debug import sensitive_variables
from ldap3 import NONE, SUBTREE, SYNC, Connection, Server, Tls
from ldap3.core.exceptions import LDAPException

from dakehu.organisation.domain.claims import Person
from dakehu.organisation.domain.errors import DirectorySilent
from dakehu.organisation.domain.sign_on import Directory, in_filter

_OK, _SIZE_LIMIT, _BUSY = 0, 4, frozenset({51, 52, 80})
_PAGE, _DISABLED = 500, 2
_log = structlog.get_logger(__name__)


@sensitive_variables("password")
def verify(directory: Directory, login: str, password: str) -> Person | None:
    """The person with this sign-in name, if the password is theirs. Raises `DirectorySilent`."""
    if not password.strip("\0") or not login:
        return None
    with bound(directory) as connection:
        found = _look_up(connection, directory, login)
        if found is None:
            return None
        dn, person = found
        if not _binds(connection.server, directory, dn, password):
            return None
    return person


def people(directory: Directory) -> Iterator[Person]:
    """Everyone in the directory who may sign in, page by page. Raises `DirectorySilent`, also half-way."""
    with bound(directory) as connection:
        cookie: bytes | None = b""
        while cookie is not None:
            _search(connection, directory, directory.people, page=_PAGE, cookie=cookie or None)
            if connection.result["result"] != _OK:  # part of the people must not pass for all of them
                raise DirectorySilent
            for entry in _entries(connection):
                if not _is_disabled(entry):
                    yield _person(directory, entry, ())
            cookie = _next_page(connection)


@contextmanager
def bound(directory: Directory) -> Iterator[Connection]:
    """A connection as the service account, to the first server that answers."""
    connection = None
    for uri in directory.uris:
        with suppress(LDAPException, OSError):
            opened = opened_at(directory, uri, directory.bind_dn, directory.bind_password)
            if opened.result["result"] == _OK:
                connection = opened
                break
            _log.warning(
                "directory refuses the service account", uri=uri, result=opened.result["description"]
            )
            _close(opened)
    if connection is None:
        _log.warning("no server of the directory answers", uris=directory.uris)
        raise DirectorySilent
    try:
        yield connection
    except (LDAPException, OSError) as fault:
        _log.warning("directory fell silent", fault=type(fault).__name__)
        raise DirectorySilent from None
    finally:
        _close(connection)


@sensitive_variables("password")
def opened_at(directory: Directory, uri: str, dn: str, password: str) -> Connection:
    """An encrypted connection after its bind, whose `result` says how that went. Raises what ldap3 raises."""
    parts = urlsplit(uri)
    secure = parts.scheme == "ldaps"
    server = Server(
        parts.hostname,
        port=parts.port or (636 if secure else 389),
        use_ssl=secure,
        tls=Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=directory.ca or _system_ca()),
        connect_timeout=directory.timeout_s,
        get_info=NONE,
    )
    return _bound_to(server, directory, dn, password)


@sensitive_variables("password")
def _bound_to(server: Server, directory: Directory, dn: str, password: str) -> Connection:
    connection = Connection(
        server,
        user=dn,
        password=password,
        client_strategy=SYNC,
        receive_timeout=max(1, round(directory.timeout_s)),  # ldap3 takes whole seconds alone
        auto_referrals=False,
        check_names=False,
        raise_exceptions=False,
    )
    try:
        connection.open()
        if directory.starttls and not server.ssl:
            connection.start_tls()
        connection.bind()
    except (LDAPException, OSError):
        _close(connection)
        raise
    return connection


def _close(connection: Connection) -> None:
    """Also what ldap3 leaves open when opening failed."""
    with suppress(LDAPException, OSError):
        connection.unbind()
    if connection.socket is not None:
        with suppress(OSError):
            connection.socket.close()


def _system_ca() -> str | None:
    return ssl.get_default_verify_paths().cafile


@sensitive_variables("password")
def _binds(server: Server, directory: Directory, dn: str, password: str) -> bool:
    connection = _bound_to(server, directory, dn, password)
    code = connection.result["result"]
    _close(connection)
    if code in _BUSY:
        raise DirectorySilent
    return bool(code == _OK)


def _look_up(connection: Connection, directory: Directory, login: str) -> tuple[str, Person] | None:
    """The one entry with this name; two of them are none, since nobody could say who is meant."""
    _search(connection, directory, f"(&{directory.people}({directory.login}={in_filter(login)}))", size=2)
    if connection.result["result"] not in {_OK, _SIZE_LIMIT}:
        raise DirectorySilent
    entries = list(_entries(connection))
    if len(entries) != 1:
        if entries:
            _log.warning("several entries of the directory bear one sign-in name", base=directory.base)
        return None
    entry = entries[0]
    return entry["dn"], _person(directory, entry, _groups(connection, directory, entry["dn"], login))


def _search(
    connection: Connection,
    directory: Directory,
    text: str,
    *,
    size: int = 0,
    page: int | None = None,
    cookie: bytes | None = None,
) -> None:
    wanted = {directory.login, directory.ident, directory.name, directory.email, directory.mobile}
    connection.search(
        directory.base,
        text,
        search_scope=SUBTREE,
        attributes=sorted(wanted | {directory.member_of, "userAccountControl"}),
        size_limit=size,
        time_limit=max(1, int(directory.timeout_s)),
        paged_size=page,
        paged_cookie=cookie,
    )


def _groups(connection: Connection, directory: Directory, dn: str, login: str) -> tuple[str, ...]:
    """Groups that name the entry, where those are kept apart from it."""
    if not directory.group_base:
        return ()
    entry, name = in_filter(dn), in_filter(login)
    named = f"(|(member={entry})(uniqueMember={entry})(memberUid={name}))"
    connection.search(directory.group_base, named, search_scope=SUBTREE, attributes=[])
    if connection.result["result"] != _OK:
        raise DirectorySilent
    return tuple(group["dn"] for group in _entries(connection))


def _entries(connection: Connection) -> Iterator[dict[str, Any]]:
    return (entry for entry in connection.response or () if entry["type"] == "searchResEntry")


def _next_page(connection: Connection) -> bytes | None:
    control = connection.result.get("controls", {}).get("1.2.840.113556.1.4.319", {})
    return control.get("value", {}).get("cookie") or None


def _person(directory: Directory, entry: dict[str, Any], groups: tuple[str, ...]) -> Person:
    raw = entry["raw_attributes"]
    return Person(
        subject=_ident(directory.ident, _first(raw, directory.ident)),
        key=_text(raw, directory.login).lower(),
        name=_text(raw, directory.name)[:60],
        email=_text(raw, directory.email),
        mobile=_text(raw, directory.mobile)[:20],
        groups=(*(each.decode("utf-8", "replace") for each in raw.get(directory.member_of, ())), *groups),
    )


def _first(raw: dict[str, list[bytes]], name: str) -> bytes:
    return next(iter(raw.get(name, ())), b"")


def _text(raw: dict[str, list[bytes]], name: str) -> str:
    return _first(raw, name).decode("utf-8", "replace").strip()


def _ident(name: str, value: bytes) -> str:
    """Active Directory's `objectGUID` is 16 bytes, others are text."""
    if name.lower() == "objectguid" and len(value) == 16:
        return str(UUID(bytes_le=value))
    return value.decode("utf-8", "replace")


def _is_disabled(entry: dict[str, Any]) -> bool:
    """Active Directory keeps those who left as disabled entries."""
    flags = _text(entry["raw_attributes"], "userAccountControl")
    return flags.isdecimal() and bool(int(flags) & _DISABLED)
