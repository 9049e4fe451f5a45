"""sipp as a telephone: scenarios from a few words, run against a voice process.

caller = Script("tel8001", "8002").invite().hear(180).hear(200).ack().ask("BYE").hear(200)
called = Script("tel8002").heed("INVITE").reply("180 Ringing") …
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import pytest
from tests.kit.ports import free_port
from tests.kit.waiting import wait_for

from dakehu.switch.runtime.tests.harness import password_of

SDP = """v=0
      o=- 1 1 IN IP4 [local_ip]
      s=-
      c=IN IP4 [local_ip]
      t=0 0
      m=audio 6000 RTP/AVP 8
"""
HOLD = SDP + "      a=sendonly\n"
_HEAD = '<?xml version="1.0" encoding="ISO-8859-1" ?>\n<!DOCTYPE scenario SYSTEM "sipp.dtd">\n'
_KEPT = {3: "Via", 4: "To", 5: "CSeq"}
_REFERENCE = '  <Reference variables="1"/>\n'


def _check(contains: str) -> str:
    if not contains:
        return ""
    return f'<action><ereg regexp="{contains}" search_in="msg" check_it="true" assign_to="1"/></action>'


@dataclass
class Script:
    """What one telephone says and hears. `user` signs in; `number` is what it dials."""

    user: str
    number: str = ""
    steps: list[str] = field(default_factory=list)
    cseq: int = 0
    in_dialog: bool = False
    asked_at: int = 0
    invited_at: int = 0

    @property
    def waits(self) -> bool:
        """Whether its first step is to be called."""
        return bool(self.steps) and self.steps[0].startswith("  <recv")

    def xml(self) -> str:
        return f'{_HEAD}<scenario name="{self.user}">\n{"".join(self.steps)}</scenario>\n'

    # --- the calling side

    def ask(
        self, method: str, *, sdp: str = "", credentials: bool = False, headers: tuple[str, ...] = ()
    ) -> Self:
        """A new request, with header lines of its own."""
        self.cseq += 1
        self.asked_at = len(self.steps)
        if method == "INVITE":
            self.invited_at = self.cseq
        return self._send(method, sdp=sdp, credentials=credentials, headers=headers)

    def hear_for_certain(self, status: int) -> Self:
        """Wait for a provisional answer that wants its PRACK, send that, and have it answered (RFC 3262)."""
        number = '<ereg regexp="[0-9]+" search_in="hdr" header="RSeq:" check_it="true" assign_to="2"/>'
        self.steps.append(f'  <recv response="{status}" rrs="true"><action>{number}</action></recv>\n')
        self.in_dialog = True
        return self.ask("PRACK", headers=(f"RAck: [$2] {self.cseq} INVITE",)).hear(200)

    def ack(self) -> Self:
        """Acknowledge the 200 to the last INVITE: the dialog is made."""
        self.in_dialog = True
        return self._send("ACK", number=self.invited_at)

    def ack_failure(self) -> Self:
        """Acknowledge the refusal of the last INVITE, with its own branch."""
        return self._send("ACK", branch=self._asked_branch())

    def cancel(self) -> Self:
        """Give the last INVITE up."""
        return self._send("CANCEL", branch=self._asked_branch())

    def hear(self, status: int, contains: str = "", *, optional: bool = False) -> Self:
        """Wait for a response, whose text has a part that matches."""
        flags = ' optional="true"' if optional else ""
        flags += {401: ' auth="true"', 200: ' rrs="true"'}.get(status, "")
        self.steps.append(f'  <recv response="{status}"{flags}>{_check(contains)}</recv>\n')
        if contains:
            self.steps.append(_REFERENCE)
        return self

    def register(self) -> Self:
        return self.ask("REGISTER").hear(401).ask("REGISTER", credentials=True).hear(200)

    def invite(self, *headers: str) -> Self:
        """INVITE, challenged, INVITE again."""
        self.ask("INVITE", sdp=SDP, headers=headers).hear(100, optional=True).hear(401).ack_failure()
        return self.ask("INVITE", sdp=SDP, credentials=True, headers=headers).hear(100, optional=True)

    # --- both sides

    def pause(self, milliseconds: int) -> Self:
        self.steps.append(f'  <pause milliseconds="{milliseconds}"/>\n')
        return self

    # --- the called side

    def heed(self, method: str, contains: str = "") -> Self:
        """Wait for a request, whose text has a part that matches."""
        self.steps.append(f'  <recv request="{method}">{_check(contains)}</recv>\n')
        if contains:
            self.steps.append(_REFERENCE)
        return self

    def keep(self) -> Self:
        """Wait for an INVITE and keep it: `reply(kept=True)` answers it when other requests came between."""
        kept = "".join(
            f'<ereg regexp="[^ ].*" search_in="hdr" header="{name}:" check_it="true" assign_to="{number}"/>'
            for number, name in _KEPT.items()
        )
        self.steps.append(f'  <recv request="INVITE"><action>{kept}</action></recv>\n')
        return self

    def reply(self, status: str, *, sdp: str = "", kept: bool = False, headers: tuple[str, ...] = ()) -> Self:
        """Answer the last request; our tag goes on while there is no dialog."""
        tag = "" if self.in_dialog and not kept else ";tag=[pid]-[call_number]"
        self.in_dialog = self.in_dialog or status.startswith("200")
        kind = "Content-Type: application/sdp\n      " if sdp else ""
        kind = "".join(f"{header}\n      " for header in headers) + kind
        answers_invite = kept or self._last_heeded() == "INVITE"
        retrans = ' retrans="500"' if answers_invite and status[0] > "1" else ""
        via, to, cseq = "[last_Via:]", "[last_To:]", "[last_CSeq:]"
        if kept:
            via, to, cseq = (f"{name}: [${number}]" for number, name in _KEPT.items())
        self.steps.append(f"""  <send{retrans}><![CDATA[
      SIP/2.0 {status}
      {via}
      [last_From:]
      {to}{tag}
      [last_Call-ID:]
      {cseq}
      Contact: <sip:{self.user}@[local_ip]:[local_port];transport=[transport]>
      {kind}Content-Length: [len]

      {sdp}
  ]]></send>
""")
        return self

    # --- inside

    def _last_heeded(self) -> str:
        heeded = [step for step in self.steps if step.startswith("  <recv request=")]
        return heeded[-1].split('"')[1] if heeded else ""

    def _asked_branch(self) -> str:
        return f"[branch-{len(self.steps) - self.asked_at}]"

    def _send(
        self,
        method: str,
        *,
        sdp: str = "",
        credentials: bool = False,
        branch: str = "[branch]",
        headers: tuple[str, ...] = (),
        number: int = 0,
    ) -> Self:
        to = self.number or self.user
        tag = "[peer_tag_param]" if self.in_dialog or method == "ACK" else ""
        place = "[remote_ip]:[remote_port]"
        target = f"sip:{place}" if method == "REGISTER" else f"sip:{to}@{place}"
        lines = [
            f"{method} {'[next_url]' if self.in_dialog else target} SIP/2.0",
            f"Via: SIP/2.0/[transport] [local_ip]:[local_port];branch={branch}",
            f"From: <sip:{self.user}@[remote_ip]>;tag=[pid]-[call_number]",
            f"To: <sip:{to}@[remote_ip]>{tag}",
            "Call-ID: [call_id]",
            f"CSeq: {number or self.cseq} {method}",
            f"Contact: <sip:{self.user}@[local_ip]:[local_port];transport=[transport]>",
            "Max-Forwards: 70",
            *headers,
        ]
        if credentials:
            lines.append(f"[authentication username={self.user} password={password_of(self.user)}]")
        if sdp:
            lines.append("Content-Type: application/sdp")
        text = "\n      ".join([*lines, "Content-Length: [len]", "", sdp])
        retrans = "" if method == "ACK" else ' retrans="500"'
        self.steps.append(f"  <send{retrans}><![CDATA[\n      {text}\n  ]]></send>\n")
        return self


class Sipp:
    """One telephone by sipp, always at the same port."""

    def __init__(self, folder: Path, server_port: int, transport: str = "udp", port: int = 0) -> None:
        if shutil.which("sipp") is None:
            pytest.skip("sipp is not installed")
        self._folder = folder
        self._server = f"127.0.0.1:{server_port}"
        self._port = port or free_port()
        self._transport = {"udp": "u1", "tcp": "t1"}[transport]
        self._count = 0

    def start(self, script: Script) -> subprocess.Popen[bytes]:
        """Begin the script; the process ends with it, 0 if all went as written."""
        self._count += 1
        name = self._folder / f"{script.user}-{self._port}-{self._count}"
        name.with_suffix(".xml").write_text(script.xml())
        command = [
            *("sipp", self._server, "-sf", str(name.with_suffix(".xml")), "-m", "1", "-nostdin"),
            *("-i", "127.0.0.1", "-p", str(self._port), "-t", self._transport, "-timeout", "20"),
            *("-timeout_error", "-trace_err", "-error_file", str(name.with_suffix(".err"))),
        ]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if script.waits:
            wait_for("sipp to listen", lambda: self._is_bound() or process.poll() is not None)
        return process

    def _is_bound(self) -> bool:
        """Whether a socket waits at our port: what calls may not come before."""
        name, state = {"u1": ("udp", "07"), "t1": ("tcp", "0A")}[self._transport]
        rows = [line.split() for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]]
        return any(row[1].endswith(f":{self._port:04X}") and row[3] == state for row in rows)

    def register(self, user: str) -> None:
        """Register over UDP and go: over TCP the registration would end with the connection.

        The Contact asks for this telephone's transport, and the server opens the connection.
        """
        transport, self._transport = self._transport, "u1"
        wanted = "udp" if transport == "u1" else "tcp"
        script = Script(user).register()
        script.steps = [
            step.replace(";transport=[transport]", f";transport={wanted}") for step in script.steps
        ]
        self.run(script)
        self._transport = transport

    def run(self, script: Script) -> None:
        """Run the script to its end; fails with sipp's own words."""
        self.end(self.start(script))

    def end(self, process: subprocess.Popen[bytes]) -> None:
        """Wait for a script's end."""
        status = process.wait(30)
        if status:
            errors = "\n".join(path.read_text()[-2000:] for path in self._folder.glob("*.err"))
            raise AssertionError(f"sipp ended with {status}: {errors}")
