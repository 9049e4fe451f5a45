"""A real robot's server and a real mail server of these tests."""

from __future__ import annotations

import email
import email.header
import json
import socket
import threading
from collections.abc import Iterator
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pytest_django.fixtures import Settings


class Group(HTTPServer):
    """A chat group: keeps what its robot is told; answers with the next of `answers`, or a robot's "ok"."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.posts: list[tuple[str, dict[str, Any]]] = []
        self.answers: list[tuple[int, dict[str, Any]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/cgi-bin/webhook/send?key=4f1c9e70"


class _Handler(BaseHTTPRequestHandler):
    server: Group

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posts.append((self.path, json.loads(body)))
        status, answer = self.server.answers.pop(0) if self.server.answers else (200, {"errcode": 0})
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


class Post:
    """The handler of the mail server: keeps mails, refuses with the next of `answers`."""

    def __init__(self) -> None:
        self.mails: list[Message] = []
        self.to: list[list[str]] = []
        self.answers: list[str] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        self.mails.append(email.message_from_bytes(content if isinstance(content, bytes) else b""))
        self.to.append(list(envelope.rcpt_tos))
        return "250 OK"

    def text(self, place: int = -1) -> str:
        payload = self.mails[place].get_payload(decode=True)
        return payload.decode() if isinstance(payload, bytes) else ""

    def subject(self, place: int = -1) -> str:
        header = email.header.decode_header(str(self.mails[place]["Subject"]))
        return "".join(p.decode(c or "ascii") if isinstance(p, bytes) else p for p, c in header)


@pytest.fixture
def group(monkeypatch: pytest.MonkeyPatch) -> Iterator[Group]:
    monkeypatch.setenv("DAKEHU_HUB_LOCAL", "1")
    server = Group()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def post(settings: Settings) -> Iterator[Post]:
    handler = Post()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.PAGES_URL = "https://kam.example"
    yield handler
    controller.stop()
