"""The telephone in the browser: the real page in Chromium, a voice process, real telephones (baresip)."""

from __future__ import annotations

import os
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from django.conf import LazySettings, settings
from playwright.sync_api import Browser, Page, expect
from tests.kit.ports import free_port
from tests.kit.telephone import Telephone
from tests.kit.visitor import Visitor, chromium
from tests.kit.waiting import wait_for

from dakehu.infra.access.api import SYSTEM
from dakehu.numbering.models import Line
from dakehu.numbering.services.telephones import telephone_issue
from dakehu.numbering.services.webphone import webphone_give
from dakehu.numbering.testing import a_block, a_customer, a_line, an_exchange
from dakehu.organisation.testing import PASSWORD, Scenario
from dakehu.switch.media.tests.peer import power, sine
from dakehu.switch.runtime.tests.webphone import HEARS
from dakehu.switchd import publisher
from dakehu.switchd.tests.process import VoiceProcess, voice

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.e2e, pytest.mark.sip, pytest.mark.django_db(transaction=True)]
WEB_HZ, PHONE_HZ = 700, 500
LISTEN = """() => {
    const stream = document.querySelector("[data-ear]").srcObject;
    if (!stream?.getAudioTracks().length) return false;
    const context = window.context = new AudioContext();
    window.ear = new AnalyserNode(context, {fftSize: 8192});
    context.createMediaStreamSource(stream).connect(window.ear);
    return true;
}"""
LINE_PASSWORD = "the-line's-own-password"  # for tests alone


@pytest.fixture
def world(transactional_db: None) -> Scenario:
    return Scenario()


@pytest.fixture
def lines(world: Scenario) -> list[Line]:
    """Three lines of a customer of the manager's, the first of them the manager's own in the browser."""
    numbers = a_block(an_exchange(world.taiyuan, "TY01"), "8880000", "8880002")
    customer = a_customer(world)
    made = [a_line(customer, number) for number in numbers]
    for line in made:
        telephone_issue(actor=SYSTEM, line_id=line.pk, password=LINE_PASSWORD)
    webphone_give(actor=SYSTEM, line_id=made[0].pk, user_id=world.manager_user.pk)
    return made


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    """Its microphone says a tone, and it finds this very machine."""
    tone = tmp_path / "tone.wav"
    with wave.open(str(tone), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(sine(WEB_HZ, 10).tobytes())
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    flags = [
        "--allow-loopback-in-peer-connection",
        "--use-fake-device-for-media-stream",
        "--autoplay-policy=no-user-gesture-required",
        "--ignore-certificate-errors",
        f"--use-file-for-fake-audio-capture={tone}",
    ]
    try:
        with chromium(*flags) as running:
            yield running
    finally:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@contextmanager
def voice_of_the_database(configuration: LazySettings, scheme: str = "ws") -> Iterator[VoiceProcess]:
    """A voice process over the lines of the test's database, which browsers reach."""
    port = free_port()
    publisher.rebuild()
    options = (f"--{scheme}-port", str(port), "--rtp-ports", f"{port + 2}-{port + 22}")
    with voice(Path(settings.HOME), *options, instance="web", silent=False) as process:
        configuration.WEBPHONE_URL = f"{scheme}://127.0.0.1:{port}/"
        try:
            yield process
        except BaseException:
            print(process.log()[-4000:])
            raise


def at_the_telephone(browser: Browser, server: LiveServer, world: Scenario) -> Visitor:
    visitor = Visitor(browser, server.url, world.manager_user.username, PASSWORD)
    visitor.context.grant_permissions(["microphone"])
    visitor.go("/webphone/")
    return visitor


def telephone(process: VoiceProcess, folder: Path, line: Line, **options: object) -> Telephone:
    return Telephone(
        folder,
        line.public_number_id,
        LINE_PASSWORD,
        server=process.address,
        hertz=PHONE_HZ,
        **options,  # type: ignore[arg-type]  # the telephone's own options
    )


def call_says(page: Page, text: str) -> None:
    expect(page.get_by_test_id("webphone-call")).to_contain_text(text, timeout=15_000)


def listens(page: Page, hertz: float) -> None:
    """Wait until that is what the person hears; 0 is silence."""
    wait_for("sound from the other side", lambda: page.evaluate(LISTEN))
    wait_for(f"{hertz} Hz in the browser", lambda: abs(page.evaluate(HEARS) - hertz) < 15)


@pytest.mark.req("CTX-03", "CTX-16")
def test_a_person_calls_and_is_called_in_the_browser(
    tmp_path: Path,
    browser: Browser,
    live_server: LiveServer,
    world: Scenario,
    lines: list[Line],
    settings: LazySettings,
) -> None:
    with (
        voice_of_the_database(settings) as process,
        telephone(process, tmp_path / "bo", lines[1]) as bo,
    ):
        bo.expect("REGISTER_OK")
        visitor = at_the_telephone(browser, live_server, world)
        page = visitor.page
        is_ready(page)
        visitor.shown("webphone")
        dials(page, lines[1])
        call_says(page, "通话中")
        listens(page, PHONE_HZ)
        page.keyboard.press("5")
        assert bo.expect("CALL_DTMF_START")["param"] == "5"
        page.wait_for_timeout(1000)
        page.click("[data-do=hang-up]")
        call_says(page, "通话已结束")
        bo.expect("CALL_CLOSED")
        heard = np.frombuffer(bo.heard, np.int16)[-4000:]
        assert power(heard, WEB_HZ) > 0.9

        bo.dial(lines[0].public_number_id)
        call_says(page, "来电")
        page.click("[data-do=answer]")
        call_says(page, "通话中")
        bo.expect("CALL_ESTABLISHED", count=2)
        bo.hang_up()
        call_says(page, "通话已结束")
        assert LINE_PASSWORD not in page.content()
        page.goto("about:blank")
        assert visitor.faults == []


def test_hold_transfer_cancelling_and_a_lost_connection(
    tmp_path: Path,
    browser: Browser,
    live_server: LiveServer,
    world: Scenario,
    lines: list[Line],
    settings: LazySettings,
) -> None:
    """Over WSS, with the certificate that a voice process makes itself."""
    with (
        voice_of_the_database(settings, "wss") as process,
        telephone(process, tmp_path / "bo", lines[1]) as bo,
        telephone(process, tmp_path / "chen", lines[2], answers=False) as chen,
    ):
        bo.expect("REGISTER_OK")
        chen.expect("REGISTER_OK")
        page = at_the_telephone(browser, live_server, world).page
        is_ready(page)
        dials(page, lines[2])
        call_says(page, "对方振铃中")
        page.keyboard.press("Escape")
        call_says(page, "对方接听前已取消")
        chen.expect("CALL_CLOSED")

        chen.dial(lines[0].public_number_id)
        call_says(page, "来电")
        chen.hang_up()
        call_says(page, "接听前主叫已挂断")

        dials(page, lines[1])
        call_says(page, "通话中")
        listens(page, PHONE_HZ)
        page.click("[data-do=hold]")
        call_says(page, "已保持")
        page.click("[data-do=hold]")
        call_says(page, "通话中")
        listens(page, PHONE_HZ)

        page.fill("#webphone-digits", lines[2].public_number_id)
        page.click("[data-do=transfer]")
        chen.expect("CALL_INCOMING", count=2)
        chen.command("accept")
        call_says(page, "已转接")
        chen.expect("CALL_ESTABLISHED")
        bo.hang_up()
        chen.expect("CALL_CLOSED", count=3)

        process.stop()
        expect(page.get_by_test_id("webphone-state")).to_have_text("连接中断，正在重新连接", timeout=15_000)
        process.start()
        is_ready(page)
        page.goto("about:blank")


def is_ready(page: Page) -> None:
    expect(page.get_by_test_id("webphone-state")).to_have_text("就绪：来电在此接听", timeout=20_000)


def dials(page: Page, line: Line) -> None:
    page.fill("#webphone-digits", line.public_number_id)
    page.keyboard.press("Enter")
