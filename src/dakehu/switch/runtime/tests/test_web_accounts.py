"""Short-lived accounts of browsers' telephones at the registrar."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from dakehu.numbering.domain.webphone import LIFETIME_S, web_account
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.runtime import Doors
from dakehu.switch.runtime.tests.harness import phone, running, with_secret
from dakehu.switch.runtime.tests.test_calls import talk
from dakehu.switch.sip import Algorithm, Transport

HA1 = with_secret(office.ANNA).ha1_sha256
BOTH = (Algorithm.SHA256, Algorithm.MD5)


def test_a_registration_ends_with_the_account_it_was_made_by(tmp_path: Path) -> None:
    async def scene() -> None:
        async with (
            running(tmp_path, doors=Doors(ws=0)) as server,
            phone(office.ANNA, server, Transport.WS, register=False) as anna,
            phone(office.BO, server) as bo,
        ):
            soon = web_account(office.ANNA.sip_username, HA1, time.time() - LIFETIME_S + 20)
            anna.account = soon.username
            answer = await anna.register(password=soon.password)
            assert answer.status == 200
            (contact,) = answer.contacts
            assert 15 <= int(contact.params["expires"] or 0) <= 20
            await talk(bo, anna, "8001")

    asyncio.run(scene())


@pytest.mark.parametrize("fault", ["expired", "later", "another line"])
def test_what_the_pages_did_not_make_is_refused(tmp_path: Path, fault: str) -> None:
    async def scene() -> None:
        async with (
            running(tmp_path, doors=Doors(ws=0)) as server,
            phone(office.ANNA, server, Transport.WS, register=False) as anna,
        ):
            past = time.time() - LIFETIME_S - 1
            account = web_account(office.ANNA.sip_username, HA1, past if fault == "expired" else time.time())
            anna.account = account.username
            if fault == "later":
                anna.account = f"{office.ANNA.sip_username}~{account.expires_at + 3600}"
            if fault == "another line":
                anna.account = f"{office.BO.sip_username}~{account.expires_at}"
            assert (await anna.register(password=account.password)).status == 401

    asyncio.run(scene())


def test_whose_account_it_is_says_for_whom_it_registers(tmp_path: Path) -> None:
    async def scene() -> None:
        async with (
            running(tmp_path, doors=Doors(ws=0)) as server,
            phone(office.BO, server, Transport.WS, register=False) as bo,
        ):
            account = web_account(office.ANNA.sip_username, HA1, time.time())
            bo.account = account.username
            assert (await bo.register(password=account.password)).status == 403

    asyncio.run(scene())


def test_wrong_guesses_lock_the_line_whatever_end_they_name(tmp_path: Path) -> None:
    async def scene() -> None:
        async with (
            running(tmp_path, doors=Doors(ws=0)) as server,
            phone(office.ANNA, server, Transport.WS, register=False) as anna,
        ):
            statuses = []
            for guess in range(6):
                anna.account = f"{office.ANNA.sip_username}~{int(time.time()) + 100 + guess}"
                statuses.append((await anna.register(password="guess")).status)
            assert statuses == [401, 401, 401, 401, 403, 403]

    asyncio.run(scene())


def test_a_browser_is_asked_for_md5_first(tmp_path: Path) -> None:
    """Its telephones take the first challenge or none; all others are asked as the operator says."""

    async def scene() -> None:
        async with (
            running(tmp_path, doors=Doors(ws=0), algorithms=BOTH) as server,
            phone(office.ANNA, server, Transport.WS, register=False) as web,
            phone(office.BO, server, register=False) as other,
        ):
            for telephone, first in ((web, "algorithm=MD5"), (other, "algorithm=SHA-256")):
                telephone.transmit(telephone.build("REGISTER", telephone.line.sip_username))
                asked = await telephone.receive(401)
                assert first in asked.texts("www-authenticate")[0]

    asyncio.run(scene())
