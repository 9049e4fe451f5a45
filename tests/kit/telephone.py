"""A real SIP telephone: baresip, driven over its control port."""

from __future__ import annotations

import json
import math
import shutil
import socket
import subprocess
import threading
import wave
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from tests.kit.ports import free_port
from tests.kit.waiting import wait_for

_CONFIG = """\
poll_method epoll
sip_listen 127.0.0.1:{sip_port}
audio_source aufile,{folder}/said.wav
audio_player aufile,{folder}/heard.wav
audio_alert aufile,/dev/null
rtp_ports {rtp_first}-{rtp_last}
module_path {modules}
module account.so
module g711.so
sip_verify_server no
module aufile.so
{listening}module_tmp uuid.so
module_app menu.so
module ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{control_port}
"""
_LISTENING = """\
module sndfile.so
snd_path {folder}
"""
_MODULES = "/usr/lib/baresip/modules"


class Telephone:
    """Signs in as `username` at the server and answers by itself when `answers`.

    `events` are baresip's own, as dictionaries with a "type" such as REGISTER_OK, CALL_INCOMING,
    CALL_ESTABLISHED, CALL_CLOSED. It says a tone of `hertz`, a whole number, and nothing at 0.
    """

    def __init__(
        self,
        folder: Path,
        username: str,
        password: str,
        *,
        server: str,
        transport: str = "udp",
        answers: bool = True,
        hertz: float = 0.0,
    ) -> None:
        if shutil.which("baresip") is None:
            pytest.skip("baresip is not installed")
        self.username = username
        self.events: list[dict[str, Any]] = []
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        rtp, self._control = free_port(), free_port()
        (folder / "config").write_text(
            _CONFIG.format(
                sip_port=free_port(),
                folder=folder,
                modules=_MODULES,
                listening=_LISTENING.format(folder=folder) if hertz else "",
                control_port=self._control,
                rtp_first=rtp - rtp % 2,
                rtp_last=rtp - rtp % 2 + 20,
            )
        )
        _write_sound(folder / "said.wav", hertz)
        self._answers = answers
        self._account = (
            f"<sip:{username}@{server};transport={transport}>;auth_user={username};auth_pass={password}"
            ";answermode=manual;regint=60"
        )
        (folder / "accounts").write_text("")
        (folder / "contacts").write_text("")

    def __enter__(self) -> Self:
        self.events.clear()
        self._log = (self._folder / "log").open("wb")
        self._process = subprocess.Popen(
            ["baresip", "-4", "-f", str(self._folder)],
            stdout=self._log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
        self._connection = wait_for("baresip's control port", self._connect)
        threading.Thread(target=self._listen, daemon=True).start()
        self.command("uanew", self._account)  # only now, or its first events would be missed
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._connection.close()
        self._log.close()

    def command(self, command: str, params: str = "") -> None:
        message = json.dumps({"command": command, "params": params}).encode()
        self._connection.sendall(b"%d:%s," % (len(message), message))

    def dial(self, digits: str) -> None:
        self.command("dial", digits)

    def hang_up(self) -> None:
        self.command("hangup")

    def expect(self, kind: str, *, count: int = 1) -> dict[str, Any]:
        """Wait for the `count`-th event of this kind since the telephone started."""

        def look() -> dict[str, Any] | None:
            found = [event for event in list(self.events) if event.get("type") == kind]
            return found[count - 1] if len(found) >= count else None

        try:
            return wait_for(f"{kind} at {self.username}", look)
        except AssertionError as error:
            raise AssertionError(f"{error}; it saw {[event.get('type') for event in self.events]}") from None

    @property
    def heard(self) -> bytes:
        """What one that says a tone heard in its last call, which has ended: 16 bits, 8000 a second."""
        last = max(self._folder.glob("*-dec.wav"), key=lambda file: file.stat().st_mtime)
        with wave.open(str(last), "rb") as sound:
            return sound.readframes(sound.getnframes())

    def kill(self) -> None:
        """The telephone vanishes without a word."""
        self._process.kill()

    def _connect(self) -> socket.socket | None:
        try:
            return socket.create_connection(("127.0.0.1", self._control), timeout=1)
        except OSError:
            return None

    def _listen(self) -> None:
        self._connection.settimeout(None)
        buffer = b""
        while True:
            try:
                received = self._connection.recv(65536)
            except OSError:
                return
            if not received:
                return
            buffer = self._take(buffer + received)

    def _take(self, buffer: bytes) -> bytes:
        """Netstrings: length, colon, JSON, comma."""
        while (colon := buffer.find(b":")) > 0:
            length = int(buffer[:colon])
            if len(buffer) < colon + length + 2:
                break
            message = json.loads(buffer[colon + 1 : colon + 1 + length])
            if message.get("event"):
                self.events.append(message)
                if self._answers and message.get("type") == "CALL_INCOMING":
                    self.command("accept")
            buffer = buffer[colon + length + 2 :]
        return buffer


def _write_sound(path: Path, hertz: float) -> None:
    """Two minutes of a tone or, at 0 Hz, of nothing; at its end baresip hangs up.

    The rate is the only one that G.711 takes unconverted.
    """
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        wanted = (round(8000 * math.sin(2 * math.pi * hertz * at / 8000)) for at in range(8000))
        sound.writeframes(b"".join(sample.to_bytes(2, "little", signed=True) for sample in wanted) * 120)
