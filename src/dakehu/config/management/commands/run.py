from __future__ import annotations

import os
import socket
import sys
import time
import urllib.request
from argparse import ArgumentParser
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from dakehu.config.demo.accounts import (
    DEFAULT_ACCOUNTS,
    DEMO_PASSWORD,
    SIGN_INS,
    TELEPHONES,
    VPN_TELEPHONES,
    Telephone,
)
from dakehu.config.supervisor import Child, Supervisor
from dakehu.infra import presence
from dakehu.infra.outbox.models import Delivery

_READY_S = 60.0
_DIRECTORY = "voice.directory"  # the consumer that publishes it, in `switchd`


class Command(BaseCommand):
    help = "Set up, seed the demonstration province once, and run web, worker and voice until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="start with an empty province")
        parser.add_argument("--accounts", type=int, default=DEFAULT_ACCOUNTS, help="the demonstration's size")

    def handle(self, *_args: Any, no_demo: bool, accounts: int, **_options: Any) -> None:
        self.demo = not no_demo
        if self.demo:  # a new installation speaks TLS, with a certificate of its own making, and WebSocket
            os.environ.setdefault("DAKEHU_SIP_TLS_PORT", str(settings.SIP_PORT + 1))
            os.environ.setdefault("DAKEHU_SIP_WS_PORT", str(settings.SIP_PORT + 2))
        _check_free(settings.WEB_PORT, settings.SIP_PORT)
        try:
            presence.announce(settings.HOME)
        except presence.HomeBusy:
            raise CommandError("A restore is under way here. Start again when it is done.") from None
        call_command("setup", verbosity=0)
        if self.demo:
            call_command("demo", accounts=accounts)
        Supervisor(_children(), self.stdout.write).run(self._announce)
        self.stdout.write("Everything is stopped; nothing is lost.")

    def _announce(self) -> None:
        address = f"http://127.0.0.1:{settings.WEB_PORT}/"
        _wait_for(f"{address}healthz")
        _wait_for_directory()
        lines = ["", f"大客户 Dakehu   {address}"]
        if self.demo:
            lines += ["", f"演示账号 demonstration sign-ins (password 密码 {DEMO_PASSWORD})"]
            lines += [f"  {sign_in.username:10} {sign_in.title}" for sign_in in SIGN_INS]
            lines += ["", f"演示电话 telephones to try (SIP {settings.SIP_HOST}:{settings.SIP_PORT})"]
            lines += [_telephone(phone, "小号 short number") for phone in TELEPHONES]
            lines += [_telephone(phone, "专网短号 VPN number") for phone in VPN_TELEPHONES]
        lines += ["", "Ctrl-C 停止 stops everything.", ""]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()


def _telephone(phone: Telephone, called: str) -> str:
    return f"  {phone.username:14} 密码 password {phone.password} {called} {phone.short_number}"


def web_command(port: int) -> list[str]:
    """The web server's command line."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "dakehu.config.wsgi:application"),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", "1"),
        *("--blocking-threads", "4", "--log-level", "warning"),
    ]


def _children() -> list[Child]:
    environment = os.environ | {"DAKEHU_HOME": str(settings.HOME)}
    return [
        Child("web", web_command(settings.WEB_PORT), environment),
        Child("voice", [sys.executable, "-m", "dakehu.switchd"], environment),
        Child("worker", [sys.executable, "-m", "dakehu.config", "worker"], environment),
    ]


def _check_free(*ports: int) -> None:
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                raise CommandError(
                    f"Port {port} is taken. Stop what uses it, or choose others: "
                    "DAKEHU_WEB_PORT=8001 DAKEHU_SIP_PORT=5070 make run"
                ) from None


def _wait_for_directory() -> None:
    """The telephones printed below can sign in only once the voice process knows of them."""
    deadline = time.monotonic() + _READY_S
    due = Delivery.objects.filter(consumer=_DIRECTORY, state=Delivery.State.DUE)
    while due.exists() and time.monotonic() < deadline:
        time.sleep(0.2)


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + _READY_S
    while time.monotonic() < deadline:
        with suppress(OSError), urllib.request.urlopen(address, timeout=2):  # noqa: S310 - our own address
            return
        time.sleep(0.2)
    raise CommandError(f"The web process did not answer at {address} within {_READY_S:.0f} s.")
