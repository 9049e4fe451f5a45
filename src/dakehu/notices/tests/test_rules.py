"""When something may be sent, and what robots are told."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from dakehu.kernel.clock import cst
from dakehu.notices.domain.robots import Style, message, refusal, signed
from dakehu.notices.domain.timing import Hours, due_at, retry_in

NIGHT = Hours(22, 7)


@pytest.mark.parametrize(
    ("at", "hours", "urgent", "due"),
    [
        (cst(2026, 11, 26, 12), Hours(), False, cst(2026, 11, 26, 12)),
        (cst(2026, 11, 26, 12), NIGHT, False, cst(2026, 11, 26, 12)),
        (cst(2026, 11, 26, 22), NIGHT, False, cst(2026, 11, 27, 7)),
        (cst(2026, 11, 26, 23, 59), NIGHT, True, cst(2026, 11, 27, 7)),
        (cst(2026, 11, 27, 6, 59), NIGHT, False, cst(2026, 11, 27, 7)),
        (cst(2026, 11, 27, 7), NIGHT, False, cst(2026, 11, 27, 7)),
        (cst(2026, 11, 26, 13), Hours(12, 14), False, cst(2026, 11, 26, 14)),
        (cst(2026, 11, 26, 8), Hours(digest_hour=9), False, cst(2026, 11, 26, 9)),
        (cst(2026, 11, 26, 9), Hours(digest_hour=9), False, cst(2026, 11, 27, 9)),
        (cst(2026, 11, 26, 9), Hours(digest_hour=9), True, cst(2026, 11, 26, 9)),
        (cst(2026, 11, 26, 20), Hours(22, 7, digest_hour=23), False, cst(2026, 11, 27, 7)),
        (cst(2026, 12, 31, 23), NIGHT, False, cst(2027, 1, 1, 7)),
    ],
)
def test_when_it_is_due(at: datetime, hours: Hours, urgent: bool, due: datetime) -> None:
    assert due_at(at, hours, urgent=urgent) == due


def test_attempts_are_put_off_further_each_time() -> None:
    assert [retry_in(n) for n in (1, 2, 3)] == [timedelta(seconds=s) for s in (30, 60, 120)]
    assert retry_in(30) == timedelta(hours=1)


def test_wecom_gets_markdown_and_calls_members_in_texts_alone() -> None:
    link = ("打开", "https://kam.example/customers/7/")
    body = message(Style.WECOM, "流失预警", "“晋阳商贸”有流失迹象", link)
    assert body["msgtype"] == "markdown"
    assert body["markdown"]["content"] == (
        "**流失预警**\n“晋阳商贸”有流失迹象\n[打开](https://kam.example/customers/7/)"
    )
    called = message(Style.WECOM, "流失预警", "“晋阳商贸”有流失迹象", link, ["13800000001"])
    assert called["msgtype"] == "text"
    assert called["text"]["mentioned_mobile_list"] == ["13800000001"]
    assert "https://kam.example/customers/7/" in called["text"]["content"]


def test_dingtalk_gets_markdown_that_names_whom_it_calls() -> None:
    body = message(Style.DINGTALK, "催单", "请尽快处理", mobiles=["13800000001"])
    assert body["msgtype"] == "markdown"
    assert body["markdown"]["title"] == "催单"
    assert body["markdown"]["text"].endswith("@13800000001")
    assert body["at"] == {"atMobiles": ["13800000001"], "isAtAll": False}


@pytest.mark.parametrize("style", Style)
def test_names_hold_no_link_and_call_nobody(style: Style) -> None:
    name = "[点我](https://evil.example) <@all> `x`\n# 标题"
    said = str(message(style, "通知", name))
    assert "](https://evil.example)" not in said
    assert "<@all>" not in said
    assert "\\n#" not in said


def test_a_message_is_cut_to_what_the_robot_takes() -> None:
    content = message(Style.WECOM, "通知", "晋" * 3000)["markdown"]["content"]
    assert len(content.encode()) <= 4096
    assert content.endswith("…")


def test_dingtalks_signature_is_the_documented_one() -> None:
    address, secret, at = "https://oapi.dingtalk.com/robot/send?access_token=abc", "SEC123", 1_700_000_000_000
    query = parse_qs(urlsplit(signed(address, secret, at)).query)
    wanted = hmac.new(secret.encode(), f"{at}\n{secret}".encode(), hashlib.sha256).digest()
    assert query["timestamp"] == [str(at)]
    assert query["sign"] == [base64.b64encode(wanted).decode()]
    assert signed(address, "", at) == address


def test_a_robots_answer_is_read() -> None:
    assert refusal({"errcode": 0, "errmsg": "ok"}) == ""
    assert (
        refusal({"errcode": 93000, "errmsg": "invalid webhook url"}) == "errcode 93000: invalid webhook url"
    )
