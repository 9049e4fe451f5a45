"""A signed-in person inside the process: requests by the WSGI application that the web server calls.

Everything a page costs in the server is in it, middleware and reading the answer to its end; no socket is.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, unquote, urlsplit


def settle() -> None:
    """Make this process ready as the web server's is."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dakehu.config.settings")
    import django

    django.setup()
    import dakehu.config.wsgi  # noqa: F401 - loads every view and settles the collector


def session_of(username: str) -> dict[str, str]:
    """The cookies of a fresh session of that person, as signing in gives them."""
    from django.conf import settings
    from django.middleware.csrf import _get_new_csrf_string
    from django.test import Client

    from dakehu.organisation.api import User

    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    client = Client()
    client.force_login(User.objects.get(username=username))
    return {
        settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
        settings.CSRF_COOKIE_NAME: _get_new_csrf_string(),
    }


class Visitor:
    """Asks for pages as one person; `get` gives the body or raises where the answer is no page."""

    def __init__(self, username: str) -> None:
        from dakehu.config.wsgi import application

        self._application = application
        self._cookies = "; ".join(f"{name}={value}" for name, value in session_of(username).items())

    def get(self, address: str, headers: Iterable[tuple[str, str]] = ()) -> bytes:
        return b"".join(self.stream(address, headers))

    def stream(self, address: str, headers: Iterable[tuple[str, str]] = ()) -> Iterator[bytes]:
        """The answer piece by piece, as the web server sends it."""
        status: list[str] = []

        def start(line: str, _headers: Any, _fault: Any = None) -> Callable[[bytes], object]:
            status.append(line)
            return lambda _piece: None

        answer: Any = self._application(self._environ(address, headers), start)
        try:
            if not status[0].startswith("200"):
                raise RuntimeError(f"{address} answered {status[0]}")
            yield from answer
        finally:
            answer.close()

    def _environ(self, address: str, headers: Iterable[tuple[str, str]]) -> dict[str, Any]:
        parts = urlsplit(address)
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": unquote(parts.path).encode().decode("latin-1"),
            "QUERY_STRING": quote(parts.query, safe="%=&+-_.~,:/"),
            "SCRIPT_NAME": "",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "127.0.0.1:8000",
            "HTTP_COOKIE": self._cookies,
            "HTTP_ACCEPT_LANGUAGE": "zh-CN,zh;q=0.9",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        return environ | {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers}


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """The SELECTs that are sent to the database inside, with their parameters."""
    from django.db import connection

    found: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().startswith(("SELECT", "WITH")) and not many:
            found.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found


def bare_ms(found: Iterable[tuple[str, Any]], clock: Callable[[], float]) -> float:
    """What these statements cost by themselves, rows fetched and thrown away."""
    from django.db import connection

    began = clock()
    for sql, params in found:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            cursor.fetchall()
    return (clock() - began) * 1000


def percentile(values: Iterable[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
