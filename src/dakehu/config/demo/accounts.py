"""Who may sign in to the demonstration and which telephones may register: known to all, for trying out.

They exist only where the demonstration province was seeded.
"""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_ACCOUNTS = 2_000
DEFAULT_SEED = 20_261_123
DEMO_PASSWORD = "Dakehu-demo-2026"  # noqa: S105 - printed at every start of the demonstration
DEMO_GROUP = "晋阳云图（演示）"
DEMO_VPN = "晋阳云图全省专网（演示）"
VPN_LEAD = "6"
"""Before the last four digits of a number: its short number in the VPN."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """A demonstration user. `place` is the short names of the units down to the one they work in."""

    username: str
    name: str
    role: str
    post: str
    place: tuple[str, ...]
    title: str


@dataclass(frozen=True, slots=True)
class Telephone:
    """A SIP account of the demonstration's first Centrex group, or a single line of its VPN."""

    username: str
    password: str
    short_number: str
    name: str


SIGN_INS = (
    SignIn("admin", "安国栋", "administrator", "system_operator", (), "系统管理员 administrator"),
    SignIn("province", "程立新", "centre_director", "centre_director", (), "省中心主任 provincial director"),
    SignIn(
        "taiyuan", "田文涛", "centre_director", "centre_director", ("太原",), "太原市主任 director, Taiyuan"
    ),
    SignIn(
        "datong", "戴玉梅", "centre_director", "centre_director", ("大同",), "大同市主任 director, Datong"
    ),
    SignIn(
        "manager",
        "马晓燕",
        "account_manager",
        "account_manager",
        ("太原", "迎泽", "一组"),
        "客户经理 manager",
    ),
    SignIn("desk", "段志强", "one_stop_desk", "one_stop_desk", ("太原",), "一站业务受理 one-stop desk"),
    SignIn(
        "engineer",
        "严海峰",
        "provisioning_engineer",
        "provisioning_engineer",
        ("太原",),
        "开通调度 provisioning",
    ),
    SignIn("product", "潘丽华", "product_manager", "product_manager", (), "产品经理 product manager"),
    SignIn("steward", "史敏", "data_steward", "data_steward", (), "数据管理员 data steward"),
    SignIn("auditor", "沈计明", "auditor", "system_operator", (), "审计员 auditor, reads only"),
)

TELEPHONES = (
    Telephone("03518208001", "phone-8001-demo", "8001", "总机 reception"),
    Telephone("03518208002", "phone-8002-demo", "8002", "经理室 manager's office"),
    Telephone("03518208003", "phone-8003-demo", "8003", "财务室 accounts"),
)

VPN_TELEPHONES = (
    Telephone("03528208201", "phone-8201-demo", "68201", "大同办事处 Datong office"),
    Telephone("03528208202", "phone-8202-demo", "68202", "大同移动分机 Datong, wireless"),
)
"""Single lines in Datong of the enterprise VPN that the group's telephones are in as 68001 to 68003."""
