"""kill -9 of web, worker and voice at random moments: nothing is lost and nothing doubled.

An import is begun and its worker killed; while the sweeper waits for the dead job's heartbeat to grow stale,
an order is completed under kills and its telephones talk under kills; then the import must be whole. The
moments come from one seeded source: run again with `E2E_SEED=<number>` for others.
"""

from __future__ import annotations

import os
import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from dakehu.config.demo.accounts import DEMO_PASSWORD
from tests.kit import trade
from tests.kit.client import Client
from tests.kit.installation import Installation
from tests.kit.telephone import Telephone
from tests.kit.waiting import wait_for

pytestmark = [pytest.mark.e2e, pytest.mark.sip]

SEED = int(os.environ.get("E2E_SEED", "20261123"))
ROWS = 4_000
FIRST_SERIAL = 100_000
TAKEN_UP_S = 120.0
_STEMS = "晨曦远帆丰禾汾河锦绣云岗平遥恒岳雁门壶口绵山蒙山龙城凤凰太行吕梁中条五台乔家王家常家渠家曹家孔祥"
_CALLS = "SELECT cause, talk_ms FROM charging_usage WHERE customer_id = %s AND dialled = %s ORDER BY id"


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order whose completion was disturbed: its customer, numbers and the group's search number."""

    id: int
    customer: int
    numbers: list[str]
    gcn: str
    exchange: str


@pytest.fixture(scope="module")
def dice() -> random.Random:
    return random.Random(SEED)


@pytest.fixture(scope="module")
def clients(installation: Installation) -> Iterator[Callable[[str], Client]]:
    known: dict[str, Client] = {}

    def client(username: str) -> Client:
        if username not in known:
            known[username] = Client(installation.address, username, DEMO_PASSWORD)
        return known[username]

    yield client
    for each in known.values():
        each.close()


@pytest.fixture(scope="module")
def disturbed_import(
    installation: Installation,
    clients: Callable[[str], Client],
    dice: random.Random,
    tmp_path_factory: pytest.TempPathFactory,
) -> int:
    """An import whose worker and web were killed while it saved; its id."""
    manager = clients("manager")
    file = trade.workbook(tmp_path_factory.mktemp("import") / "名单.xlsx", _firms())
    batch = int(_last_number(manager.post("/imports/customers/", {}, file).url))
    ready = f"SELECT 1 FROM importing_importbatch WHERE id = {batch} AND state = 'ready'"  # noqa: S608 - an int
    wait_for("the checked import", lambda: installation.rows(ready), patience_s=TAKEN_UP_S)
    manager.post(f"/imports/{batch}/do/commit/", {})
    running = "SELECT 1 FROM jobs_job WHERE kind = 'importing.commit' AND state = 'running'"
    wait_for("the running import", lambda: installation.rows(running))
    time.sleep(dice.uniform(0.0, 0.8))
    installation.kill("worker")
    installation.kill("web")
    return batch


@pytest.fixture(scope="module")
def order(
    installation: Installation,
    clients: Callable[[str], Client],
    dice: random.Random,
    disturbed_import: int,  # the import waits meanwhile
) -> Ordered:
    """A group of two telephones, ordered and completed while web is killed under the decisive posts."""
    wanted = _a_place(installation)
    desk, engineer = clients("desk"), clients("engineer")
    with _killed(installation, "web", dice.uniform(0.0, 0.4)):
        desk.post(f"/orders/new/centrex-group/?customer={wanted.customer}", _form(wanted))
    found = wait_for("the order", lambda: installation.rows(
        "SELECT DISTINCT holder FROM numbering_publicnumber WHERE number = %s AND holder <> ''", wanted.gcn
    ))  # fmt: skip
    order = int(_last_number(found[0][0], ":"))
    desk.post(f"/orders/{order}/take/", {"version": "1"})
    steps = [
        row[0]
        for row in installation.rows(
            "SELECT id FROM orders_steprun WHERE order_id = %s ORDER BY position", order
        )
    ]
    for step in steps[:-1]:
        engineer.post(f"/order-steps/{step}/start/", {})
        engineer.post(f"/order-steps/{step}/finish/", {"record": "已完成"})
    engineer.post(f"/order-steps/{steps[-1]}/start/", {})
    with _killed(installation, "web", dice.uniform(0.0, 0.4)):
        engineer.post(f"/order-steps/{steps[-1]}/finish/", {"record": "已签收"})
    return replace(wanted, id=order)


def test_an_order_is_completed_once(installation: Installation, order: Ordered) -> None:
    def count(query: str, *values: object) -> int:
        return int(installation.rows(query, *values)[0][0])

    assert installation.rows("SELECT state FROM orders_productorder WHERE id = %s", order.id) == [
        ("completed",)
    ]
    twins = "SELECT count(*) FROM orders_productorder WHERE customer_id = %s AND state <> 'rejected'"
    assert count(twins, order.customer) == 1
    events = "SELECT count(*) FROM outbox_outboxevent WHERE topic = 'order.completed' AND key = %s"
    assert count(events, str(order.id)) == 1
    audited = "SELECT count(*) FROM orders_orderentry WHERE order_id = %s AND kind = 'completed'"
    assert count(audited, order.id) == 1
    groups = "SELECT gcn_id FROM centrex_centrexgroup WHERE customer_id = %s"
    assert installation.rows(groups, order.customer) == [(order.gcn,)]
    lines = "SELECT public_number_id FROM numbering_line WHERE customer_id = %s ORDER BY public_number_id"
    assert [row[0] for row in installation.rows(lines, order.customer)] == order.numbers
    states = "SELECT state, holder FROM numbering_publicnumber WHERE number = %s"
    assert {installation.rows(states, number)[0] for number in order.numbers} == {("assigned", "")}
    assert installation.rows(states, order.gcn) == [("blocked", "")]


def test_each_call_is_charged_once(
    installation: Installation,
    clients: Callable[[str], Client],
    dice: random.Random,
    order: Ordered,
    folder: Path,
) -> None:
    """The voice process dies in the first call, the worker right after the second: one usage each."""
    page = clients("desk").post(f"/orders/{order.id}/telephones/", {}).text
    passwords = dict(re.findall(r'data-password="(\d+)">([^<]+)<', page))
    assert sorted(passwords) == order.numbers
    installation.wait_for_news("voice.directory")
    first, second = (
        Telephone(folder / number, number, passwords[number], server=installation.sip)
        for number in order.numbers
    )
    dialled = f"0{order.numbers[1].removeprefix('0351')}"
    with first as caller, second as called:
        caller.expect("REGISTER_OK")
        called.expect("REGISTER_OK")
        caller.dial(dialled)
        caller.expect("CALL_ESTABLISHED")
        time.sleep(dice.uniform(0.0, 0.8))
        installation.kill("voice")
        wait_for("the interrupted call", lambda: len(_calls(installation, order, dialled)) == 1)
        caller.hang_up()
        called.hang_up()
        installation.pid("voice")
        _call_when_voice_is_back(caller, dialled)
        time.sleep(dice.uniform(0.3, 0.8))
        caller.hang_up()
        time.sleep(dice.uniform(0.0, 0.6))
        installation.kill("worker")
        wait_for("the second call", lambda: "completed" in dict(_calls(installation, order, dialled)))
    time.sleep(1.0)
    causes = [cause for cause, _talk in _calls(installation, order, dialled)]
    assert sorted(causes) == ["completed", "interrupted"]
    assert all(talk > 0 for _cause, talk in _calls(installation, order, dialled))


def test_an_import_saves_each_row_once(installation: Installation, disturbed_import: int) -> None:
    """Taken up again after the heartbeat of its dead worker has grown stale."""
    state = f"SELECT 1 FROM importing_importbatch WHERE id = {disturbed_import} AND state = 'done'"  # noqa: S608 - an int
    wait_for("the rest of the import", lambda: installation.rows(state), patience_s=TAKEN_UP_S)
    codes = [firm.credit_code for firm in _firms()]
    prefix = f"{codes[0][:13]}%"  # other tests of this installation import too
    made = installation.rows("SELECT credit_code FROM customers_customer WHERE credit_code LIKE %s", prefix)
    assert sorted(row[0] for row in made) == sorted(codes)
    counted = "SELECT rows, committed, refused, faulty FROM importing_importbatch WHERE id = %s"
    assert installation.rows(counted, disturbed_import) == [(ROWS, ROWS, 0, 0)]
    marks = "SELECT count(*), count(DISTINCT number), count(DISTINCT object_id) FROM importing_importmade WHERE batch_id = %s"  # noqa: E501 - one sentence
    assert installation.rows(marks, disturbed_import) == [(ROWS, ROWS, ROWS)]
    created = (
        "SELECT count(*), count(DISTINCT object_id) FROM audit_auditentry WHERE action = 'customer.import'"
        " AND object_id IN (SELECT object_id FROM importing_importmade WHERE batch_id = %s)"
    )
    assert installation.rows(created, disturbed_import) == [(ROWS, ROWS)]


@contextmanager
def _killed(installation: Installation, program: str, after_s: float) -> Iterator[None]:
    """Meanwhile `program` is killed."""
    pid = installation.pid(program)
    assert pid
    strike = threading.Timer(after_s, installation.kill, [program])
    strike.start()
    try:
        yield
    finally:
        strike.join()


def _firms() -> list[trade.Firm]:
    """Firms with names that nobody takes for each other."""
    names = random.Random(SEED)
    found: dict[str, None] = {}
    while len(found) < ROWS:
        found["".join(names.choices(_STEMS, k=6))] = None
    return [
        trade.Firm(f"{name}有限公司", trade.credit_code(FIRST_SERIAL + place))
        for place, name in enumerate(found)
    ]


def _a_place(installation: Installation) -> Ordered:
    """A customer of Taiyuan without orders, and free numbers of the city's exchange."""
    customer = installation.rows(
        "SELECT c.id FROM customers_customer c JOIN organisation_orgunit u ON c.org_city = u.path"
        " WHERE u.short_name = '太原' AND c.id NOT IN (SELECT customer_id FROM orders_productorder)"
        " AND c.id NOT IN (SELECT customer_id FROM numbering_line) ORDER BY c.id LIMIT 1"
    )[0][0]
    exchange = installation.rows(
        "SELECT id, code FROM numbering_exchange WHERE area_code = '0351' ORDER BY id"
    )
    numbers = installation.rows(
        "SELECT number FROM numbering_publicnumber WHERE exchange_id = %s AND state = 'free'"
        " ORDER BY number LIMIT 3",
        exchange[0][0],
    )
    first, second, gcn = (row[0] for row in numbers)
    return Ordered(0, customer, [first, second], gcn, exchange[0][1])


def _form(wanted: Ordered) -> dict[str, str | list[str]]:
    """The wizard's form as its review sends it."""
    fields: dict[str, str | list[str]] = {
        "customer": str(wanted.customer),
        "rows": ["r1", "r2"],
        "stage": "submit",
        "head-exchange": wanted.exchange,
        "head-name": "断电试验群",
        "head-exit_prefix": "0",
        "head-short_length": "4",
        "head-capacity": "10",
        "head-gcn": wanted.gcn,
    }
    for row, number in zip(("r1", "r2"), wanted.numbers, strict=True):
        fields |= {
            f"{row}-public_number": number,
            f"{row}-short_number": number[-4:],
            f"{row}-line_kind": "fixed",
            f"{row}-rights_level": "national",
        }
    return fields


def _calls(installation: Installation, order: Ordered, dialled: str) -> list[tuple[str, int]]:
    return [(str(row[0]), int(row[1])) for row in installation.rows(_CALLS, order.customer, dialled)]


def _call_when_voice_is_back(caller: Telephone, dialled: str) -> None:
    """Dial until the call stands: while the voice process starts, calls come to nothing."""
    before = sum(event.get("type") == "CALL_ESTABLISHED" for event in caller.events)

    def look() -> bool:
        established = sum(event.get("type") == "CALL_ESTABLISHED" for event in caller.events)
        if established > before:
            return True
        if caller.events and caller.events[-1].get("type") == "CALL_CLOSED":
            time.sleep(0.3)
            caller.dial(dialled)
        return False

    wait_for("a call through the new voice process", look)


def _last_number(text: str, mark: str = "/") -> str:
    return text.rstrip(mark).rsplit(mark, 1)[1]
