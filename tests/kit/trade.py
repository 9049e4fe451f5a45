"""What people of the trade do on the pages, as they do it: import, order, work, hand over telephones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter
from playwright.sync_api import expect
from stdnum.cn import uscc

from tests.kit.visitor import PATIENCE_MS, Visitor

_SAVE = ".dk-form-foot .btn-primary"
_MOST_STEPS = 30


@dataclass(frozen=True, slots=True)
class Firm:
    """A row of a customers' workbook."""

    name: str
    credit_code: str


def credit_code(serial: int) -> str:
    """A right code that no demonstration company has: registered by Taiyuan, with its check sign."""
    base = f"91140100MAE{serial:06d}"
    return base + str(uscc.calc_check_digit(base))


def workbook(path: Path, firms: Sequence[Firm]) -> Path:
    """An Excel file as a manager keeps it: a title, then headings, then a row per customer."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("客户名单")
        sheet.write_row(0, 0, ["大客户名单"])
        sheet.write_row(1, 0, ["单位名称", "统一社会信用代码", "联系电话", "月均收入"])
        for row, firm in enumerate(firms, start=2):
            sheet.write_row(row, 0, [firm.name, firm.credit_code, "0351-7990000", 1200 + row])
    return path


def open_exchange(visitor: Visitor, code: str, block: str) -> None:
    """An exchange in Taiyuan with the hundred local numbers that begin with `block`."""
    page = visitor.page
    visitor.go("/exchanges/new/")
    page.fill("input[name=name]", f"{code}局")
    page.fill("input[name=code]", code)
    page.fill("input[name=area_code]", "0351")
    page.select_option("select[name=city]", label="太原 0351")
    page.click(_SAVE)
    page.wait_for_url(re.compile(r"/exchanges/\d+/$"))
    page.goto(f"{page.url}blocks/new/")
    page.fill("input[name=first]", f"{block}00")
    page.fill("input[name=last]", f"{block}99")
    page.click(_SAVE)
    page.wait_for_url("**tab=blocks")


def upload(visitor: Visitor, file: Path) -> None:
    """Choose the file and wait until every row is checked."""
    page = visitor.page
    visitor.go("/imports/customers/")
    page.set_input_files("input[type=file]", file)
    page.click(_SAVE)
    page.wait_for_url(re.compile(r"/imports/\d+/$"))
    page.wait_for_selector("form[action$='/do/commit/']", timeout=PATIENCE_MS)


def commit_import(visitor: Visitor) -> None:
    """Import the good rows and wait until they are saved."""
    visitor.page.click("form[action$='/do/commit/'] button")
    visitor.page.wait_for_selector("form[action$='/do/undo/']", timeout=PATIENCE_MS)


def order_group(visitor: Visitor, customer: str, exchange: str) -> int:
    """A Centrex group with its three proposed extensions, by the wizard; the order's id."""
    page = visitor.page
    visitor.go("/orders/new/")
    visitor.shown("order-new")
    visitor.pick("customer", customer)
    page.check("input[value=centrex-group]")
    page.click(_SAVE)
    page.wait_for_url("**/orders/new/centrex-group/**")
    page.select_option("#id_head-exchange", exchange)
    expect(page.locator("#id_r3-short_number")).not_to_have_value("", timeout=PATIENCE_MS)
    with page.expect_response(lambda answer: "/check/" in answer.url):
        page.fill("#id_head-capacity", "20")
    visitor.shown("order-draft")
    page.click("button[value=review]")
    page.wait_for_selector("#order-review")
    visitor.shown("order-review")
    page.click("button[value=submit]")
    page.wait_for_url(re.compile(r"/orders/\d+/$"))
    return int(page.url.rstrip("/").rsplit("/", 1)[1])


def take_order(visitor: Visitor, order: int) -> None:
    visitor.go(f"/orders/{order}/")
    with visitor.page.expect_navigation():
        visitor.page.click("form[action$='/take/'] button")
    visitor.shown("order-taken")


def work_off(visitor: Visitor, order: int) -> list[str]:
    """Begin and finish every step that is the branch's to do; their names in the order they were done."""
    page, done = visitor.page, []
    for _step in range(_MOST_STEPS):
        visitor.go(f"/orders/{order}/?tab=progress")
        begin = page.locator("form[action*='/order-steps/'][action$='/start/'] button")
        finish = page.locator("a[hx-get*='/order-steps/'][hx-get$='/finish/']")
        if finish.count():
            done.append(page.locator("[aria-current=step] .ord-step-label").first.inner_text())
            finish.first.click()
            page.fill("#dk-dialog-body textarea", "已完成")
            with page.expect_navigation():
                page.click("#dk-dialog-body .btn-primary")
        elif begin.count():
            with page.expect_navigation():
                begin.first.click()
        else:
            return done
    raise AssertionError(f"the order wants ever more steps: {done}")


def issue_passwords(visitor: Visitor, order: int) -> dict[str, str]:
    """The telephones' passwords by user name, as shown this once."""
    visitor.go(f"/orders/{order}/")
    visitor.page.click("[data-issue]")
    visitor.page.wait_for_selector("[data-password]")
    cells = visitor.page.locator("[data-password]").all()
    return {str(cell.get_attribute("data-password")): cell.inner_text() for cell in cells}
