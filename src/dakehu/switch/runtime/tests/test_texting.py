"""Text messages from line to line."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace as changed

from dakehu.numbering.domain.services import Services
from dakehu.switch.callcontrol import Deny, Reason, Target, text_to
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.directory import LineEntry, MemoryView
from dakehu.switch.runtime.tests.harness import Phone, phone, running
from dakehu.switch.sip import Request, Response

Scene = Callable[[Phone, Phone], Coroutine[Any, Any, None]]


@pytest.mark.parametrize(
    ("sender", "dialled", "expected"),
    [
        (office.ANNA, "8002", "8001"),
        (office.ANNA, "97778001", office.ANNA.public_number),
        (office.ANNA, "8099", Reason.UNKNOWN_NUMBER),
        (office.ANNA, "8001", Reason.OWN_NUMBER),
        (office.INSIDE_ONLY, "97778001", Reason.IN_GROUP_ONLY),
        (office.ARREARS, "8002", Reason.SUSPENDED_ARREARS),
        (office.ANNA, "8007", Reason.CALLED_SUSPENDED),
    ],
)
def test_where_a_text_goes(sender: LineEntry, dialled: str, expected: str) -> None:
    found = text_to(office.TOWN, sender, dialled)
    if isinstance(found, Target):
        assert found.shown_number == expected
    else:
        assert found.reason == expected


def test_services_of_calls_do_not_matter() -> None:
    quiet = changed(office.BO, services=Services(do_not_disturb=True, forward_always="8003"))
    view = MemoryView([*office.LINES, quiet], (office.OFFICE, office.WORKS))
    found = text_to(view, office.ANNA, "8002")
    assert not isinstance(found, Deny)
    assert found.called == quiet


def play(home: Path, scene: Scene) -> None:
    async def whole() -> None:
        async with AsyncExitStack() as stack:
            server = await stack.enter_async_context(running(home))
            a = await stack.enter_async_context(phone(office.ANNA, server))
            b = await stack.enter_async_context(phone(office.BO, server))
            await scene(a, b)

    asyncio.run(whole())


def text(sender: Phone, number: str, body: bytes, kind: str = "text/plain") -> Request:
    request = sender.build("MESSAGE", number, body=body)
    request.put("content-type", kind)
    return request


async def answer_of(sender: Phone, request: Request) -> Response:
    return await sender.ask(request)


def test_a_text_arrives_and_the_sender_hears_so(tmp_path: Path) -> None:
    async def scene(a: Phone, b: Phone) -> None:
        asking = asyncio.create_task(answer_of(a, text(a, "8002", "你好，3 点开会".encode())))
        message: Request = await b.receive("MESSAGE")
        assert message.body.decode() == "你好，3 点开会"
        assert message.from_.uri.username == "8001"
        assert message.call_id != a.sent.call_id
        b.answer(message, 200)
        assert (await asking).status == 200

    play(tmp_path, scene)


@pytest.mark.parametrize(("status", "told"), [(486, 486), (603, 603), (302, 480)])
def test_a_refusal_is_passed_on(tmp_path: Path, status: int, told: int) -> None:
    async def scene(a: Phone, b: Phone) -> None:
        asking = asyncio.create_task(answer_of(a, text(a, "8002", b"x")))
        b.answer(await b.receive("MESSAGE"), status)
        assert (await asking).status == told

    play(tmp_path, scene)


@pytest.mark.parametrize(
    ("number", "body", "kind", "told"),
    [
        ("8009", b"x", "text/plain", 480),
        ("8099", b"x", "text/plain", 404),
        ("8002", b"x" * 1301, "text/plain", 413),
        ("8002", b"<x/>", "application/xml", 415),
        ("0", b"x", "text/plain", 480),
    ],
)
def test_what_cannot_be_passed_on(tmp_path: Path, number: str, body: bytes, kind: str, told: int) -> None:
    async def scene(a: Phone, _b: Phone) -> None:
        assert (await answer_of(a, text(a, number, body, kind))).status == told

    play(tmp_path, scene)
