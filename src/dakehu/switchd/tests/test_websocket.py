"""A real browser (Chromium) speaks SIP over WebSocket, plain and secure, with a voice process."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.kit.ports import free_port
from tests.kit.visitor import chromium
from tests.kit.waiting import wait_for

from dakehu.switch.runtime.tests.harness import REALM, password_of
from dakehu.switch.sip import Challenge, Response, parse_message
from dakehu.switch.sip.message import Request
from dakehu.switchd.tests.process import voice

pytestmark = pytest.mark.sip

ASK = """async ([address, text]) => {
    const socket = window.dakehu ??= new WebSocket(address, "sip");
    if (socket.readyState === 0)
        await new Promise((done, fail) => { socket.onopen = done; socket.onerror = fail; });
    const heard = new Promise((done, fail) => {
        socket.onmessage = async message => done(await new Blob([message.data]).text());
        socket.onclose = fail;
    });
    socket.send(text);
    return [socket.protocol, await heard];
}"""


def register(number: int) -> Request:
    return Request.build(
        "REGISTER",
        "sip:127.0.0.1",
        [
            ("Via", f"SIP/2.0/WS browser.invalid;branch=z9hG4bK{number};rport"),
            ("From", "<sip:tel8001@127.0.0.1>;tag=1"),
            ("To", "<sip:tel8001@127.0.0.1>"),
            ("Call-ID", "browser"),
            ("CSeq", f"{number} REGISTER"),
            ("Contact", "<sip:tel8001@browser.invalid;transport=ws>"),
            ("Max-Forwards", "70"),
        ],
    )


@pytest.mark.parametrize("scheme", ["ws", "wss"])
def test_a_browser_registers(tmp_path: Path, scheme: str) -> None:
    port = free_port()
    with (
        voice(tmp_path / "home", f"--{scheme}-port", str(port)) as process,
        chromium() as browser,
    ):
        page = browser.new_context(ignore_https_errors=True).new_page()

        def ask(request: Request) -> Response:
            said = request.encode().decode()
            protocol, heard = page.evaluate(ASK, [f"{scheme}://127.0.0.1:{port}/", said])
            assert protocol == "sip"
            answer = parse_message(heard.encode())
            assert isinstance(answer, Response)
            return answer

        challenged = ask(register(1))
        assert challenged.status == 401
        challenge = next(filter(None, map(Challenge.parse, challenged.texts("www-authenticate"))))
        assert challenge.realm == REALM
        request = register(2)
        credentials = challenge.answer(request, "tel8001", password_of("tel8001"), cnonce="c")
        request.put("authorization", str(credentials))
        assert ask(request).status == 200
        wait_for("the registration", lambda: (status := process.status()) and status.registered == 1)
