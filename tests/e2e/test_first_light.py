"""The whole thread: from a spreadsheet to a customer, an order, telephones that ring, and a figure.

Real browser, real telephones, real processes. The tests of this module build on each other's world: the
fixture `thread` walks from the import to the telephones once.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import People
from tests.kit import trade
from tests.kit.installation import Installation
from tests.kit.telephone import Telephone
from tests.kit.visitor import PATIENCE_MS, Visitor
from tests.kit.waiting import wait_for

pytestmark = [pytest.mark.e2e, pytest.mark.sip]

EXCHANGE, BLOCK = "E2E1", "79900"
FIRMS = [
    trade.Firm("太原晨曦医疗器械有限公司", trade.credit_code(1)),
    trade.Firm("山西远帆物流集团", trade.credit_code(2)),
    trade.Firm("并州丰禾食品厂", trade.credit_code(3)),
    trade.Firm("汾河湾酒店管理有限责任公司", trade.credit_code(4)),
]
WRONG = trade.Firm("晋源错码商行", trade.credit_code(5)[:-1] + "?")
BUYER = FIRMS[1]


@dataclass(frozen=True, slots=True)
class Thread:
    """What the walk left: the customer's id and the telephones by short number."""

    customer: int
    order: int
    phones: dict[str, Telephone]
    shorts: list[str]
    numbers: list[str]


@pytest.fixture(scope="module")
def customers(installation: Installation, people: People, tmp_path_factory: pytest.TempPathFactory) -> int:
    """The customers imported from a workbook; the buyer's id."""
    manager = people["manager"]
    file = trade.workbook(tmp_path_factory.mktemp("import") / "客户.xlsx", [*FIRMS, WRONG])
    trade.upload(manager, file)
    manager.shown("import-checked")
    assert _imported(installation) == 0, "nothing is saved before it was asked for"
    trade.commit_import(manager)
    manager.shown("import-done")
    assert _imported(installation) == len(FIRMS)
    found = installation.rows("SELECT id FROM customers_customer WHERE name = %s", BUYER.name)
    return int(found[0][0])


@pytest.fixture(scope="module")
def thread(
    installation: Installation, people: People, customers: int, tmp_path_factory: pytest.TempPathFactory
) -> Thread:
    trade.open_exchange(people["admin"], EXCHANGE, BLOCK)
    order = trade.order_group(people["desk"], BUYER.name, EXCHANGE)
    trade.take_order(people["desk"], order)
    done = trade.work_off(people["engineer"], order)
    assert len(done) == len(set(done)) >= 4
    people["desk"].go(f"/orders/{order}/")
    expect(people["desk"].page.locator(".dk-record-line")).to_contain_text("已竣工")
    people["desk"].shown("order-completed")
    passwords = trade.issue_passwords(people["desk"], order)
    installation.wait_for_news("voice.directory")
    members = installation.rows(
        "SELECT m.short_number, l.public_number_id FROM centrex_centrexmember m JOIN numbering_line l"
        " ON l.id = m.line_id WHERE l.customer_id = %s ORDER BY m.short_number",
        customers,
    )
    assert [number for _short, number in members] == sorted(passwords)
    homes = tmp_path_factory.mktemp("telephones")
    phones = {
        short: Telephone(homes / short, number, passwords[number], server=installation.sip)
        for short, number in members
    }
    return Thread(
        customers, order, phones, [short for short, _n in members], [number for _s, number in members]
    )


@pytest.mark.req("KAM-03", "CTX-01", "CTX-03")
def test_from_a_spreadsheet_to_a_call_and_its_charge(
    installation: Installation, people: People, thread: Thread
) -> None:
    first, second, _third = thread.shorts
    with thread.phones[first] as caller, thread.phones[second] as called:
        _talk(caller, called, second)
        assert first in str(called.expect("CALL_INCOMING")["peeruri"])
    usage = _usage(installation, thread.customer, second)
    assert usage == ("in_group", 0, "completed")
    manager = people["manager"]
    _customer_file(manager, thread.customer, second, "0.00")
    _report(manager, thread.customer, "网内")


@pytest.mark.req("CTX-04", "LIN-05")
def test_a_call_through_the_exit_prefix_costs_as_a_local_one(
    installation: Installation, people: People, thread: Thread
) -> None:
    first, _second, third = thread.shorts
    dialled = f"0{thread.numbers[2].removeprefix('0351')}"
    with thread.phones[first] as caller, thread.phones[third] as called:
        _talk(caller, called, dialled)
    usage = _usage(installation, thread.customer, dialled)
    assert usage == ("local", 22, "completed")
    manager = people["manager"]
    _customer_file(manager, thread.customer, dialled, "0.22")
    _report(manager, thread.customer, "市话")


def _talk(caller: Telephone, called: Telephone, dialled: str) -> None:
    """Sign both in, call, talk for a second, hang up."""
    caller.expect("REGISTER_OK")
    called.expect("REGISTER_OK")
    caller.dial(dialled)
    called.expect("CALL_ESTABLISHED")
    caller.expect("CALL_ESTABLISHED")
    time.sleep(1.0)
    caller.hang_up()
    called.expect("CALL_CLOSED")


def _imported(installation: Installation) -> int:
    codes = [firm.credit_code for firm in [*FIRMS, WRONG]]
    marks = ", ".join(["%s"] * len(codes))
    query = f"SELECT count(*) FROM customers_customer WHERE credit_code IN ({marks})"  # noqa: S608 - marks only
    return int(installation.rows(query, *codes)[0][0])


def _usage(installation: Installation, customer: int, dialled: str) -> tuple[object, ...]:
    """The one usage of the call: its class, charge and end."""
    query = "SELECT call_class, charge_fen, cause FROM charging_usage WHERE customer_id = %s AND dialled = %s"
    found = wait_for("the call's usage", lambda: installation.rows(query, customer, dialled))
    assert len(found) == 1
    return tuple(found[0])


def _customer_file(visitor: Visitor, customer: int, dialled: str, yuan: str) -> None:
    """The call and its charge stand in the customer's file."""
    visitor.go(f"/customers/{customer}/")
    visitor.page.click("[data-part=services]")
    visitor.page.click("[data-tab=usage]")
    row = visitor.page.locator("#record-tab [data-row]", has_text=dialled)
    expect(row).to_have_count(1, timeout=PATIENCE_MS)
    expect(row).to_contain_text(yuan)
    visitor.shown(f"customer-calls-{dialled}")


def _report(visitor: Visitor, customer: int, call_class: str) -> None:
    """The customer's one call of the class stands in the statistics, once the lake has it."""
    row = visitor.page.locator(".dk-table-wrap tbody tr", has_text=call_class)

    def look() -> bool:
        visitor.go(f"/reports/calls/?by=call_class&customer={customer}")
        return row.count() == 1 and row.locator("td").first.inner_text().strip() == "1"

    wait_for(f"{call_class} in the report", look)
    visitor.shown(f"report-calls-{call_class}")
