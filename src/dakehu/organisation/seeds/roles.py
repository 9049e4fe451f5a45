"""The roles of the trade and what each may do at first.

Rights are given as patterns over the register of permissions, so that an app that comes later brings its
rights to the roles without this table knowing them one by one.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RoleSeed:
    code: str
    name: str
    name_en: str
    patterns: tuple[str, ...] = ()
    everything: bool = False


_READ = (
    "customer.view",
    "roster.view",
    "manager.view",
    "visit.view",
    "hand_over.view",
    "order.view",
    "group.view",
    "vpn.view",
    "tone.view",
    "offering.view",
    "number.view",
    "line.view",
    "exchange.view",
    "report.view",
    "holiday.view",
    "dictionary.view",
    "unit.view",
)
_MANAGER = (
    *_READ,
    "webphone.use",
    "customer.create",
    "customer.change",
    "customer.import",
    "customer.export",
    "roster.apply",
    "customer.warning",
    "visit.plan",
    "hand_over.sign",
    "performance.view",
    "performance.accept",
    "number.reserve",
    "order.submit",
    "order.urge",
    "usage.view",
)
_LEADER = (
    *_MANAGER,
    "customer.assign",
    "roster.review",
    "manager.change",
    "visit.comment",
    "hand_over.approve",
    "performance.view_all",
    "performance.propose",
    "performance.close",
    "performance.decide",
    "import.read_others",
    "user.view",
    "report.export",
)
_DESK = (
    "webphone.use",
    "order.submit",
    "order.take",
    "order.urge",
    "order.secret",
    "number.reserve",
    "group.change",
    "vpn.change",
    "tone.change",
    "line.change",
)
_STEWARD = ("customer.*", "import.*", "dictionary.*", "holiday.*", "report.load", "post.view", "user.view")
_ENGINEER = (
    "webphone.use",
    "order.work",
    "order.secret",
    "group.change",
    "vpn.change",
    "tone.change",
    "number.*",
    "line.change",
    "exchange.change",
    "trunk.*",
)

ROLES = (
    RoleSeed("administrator", "系统管理员", "Administrator", everything=True),
    RoleSeed("auditor", "审计员", "Auditor", ("*.view", "*.view_all", "*.read_others")),
    RoleSeed("account_manager", "客户经理", "Key-account manager", _MANAGER),
    RoleSeed("team_leader", "客户经理组长", "Team leader", _LEADER),
    RoleSeed(
        "centre_director",
        "大客户中心主任",
        "Centre director",
        (
            *_LEADER,
            "customer.grading",
            "customer.quality_rules",
            "roster.approve",
            "roster.rules",
            "visit.rules",
            "performance.reopen",
            "performance.rules",
            "job.view_all",
            "audit.view",
        ),
    ),
    RoleSeed(
        "one_stop_desk", "一站业务受理员", "One-stop desk", (*_READ, *_DESK, "customer.change", "usage.view")
    ),
    RoleSeed("provisioning_engineer", "开通调度员", "Provisioning engineer", (*_READ, *_ENGINEER)),
    RoleSeed("maintenance_desk", "维护受理员", "Maintenance desk", (*_READ, "usage.view", "webphone.use")),
    RoleSeed(
        "product_manager",
        "产品经理",
        "Product manager",
        (*_READ, "offering.*", "tariff.*", "usage.view", "tone.review"),
    ),
    RoleSeed(
        "marketing_planner", "市场策划员", "Marketing planner", (*_READ, "customer.export", "report.export")
    ),
    RoleSeed(
        "data_steward",
        "数据管理员",
        "Data steward",
        (
            *_READ,
            "customer.*",
            "import.*",
            "dictionary.*",
            "holiday.*",
            "report.load",
            "post.view",
            "user.view",
        ),
    ),
    RoleSeed(
        "system_operator",
        "系统维护员",
        "System operator",
        (
            "backup.*",
            "parameter.*",
            "outbox.*",
            "robot.*",
            "dispatch.*",
            "sign_on.*",
            "job.view_all",
            "audit.view",
            "unit.view",
            "holiday.view",
        ),
    ),
    RoleSeed(
        "statistician",
        "统计员",
        "Statistician",
        (
            *_READ,
            "report.*",
            "usage.view",
            "tariff.view",
            "customer.export",
            "performance.view",
            "performance.view_all",
            "performance.enter",
        ),
    ),
)

POSTS = (
    ("account_manager", "客户经理", "Key-account manager"),
    ("team_leader", "客户经理组长", "Team leader"),
    ("centre_director", "大客户中心主任", "Centre director"),
    ("one_stop_desk", "一站业务受理", "One-stop desk"),
    ("provisioning_engineer", "开通调度", "Provisioning engineer"),
    ("maintenance_desk", "维护受理", "Maintenance desk"),
    ("product_manager", "产品经理", "Product manager"),
    ("marketing_planner", "市场策划", "Marketing planner"),
    ("data_steward", "数据管理", "Data steward"),
    ("statistician", "统计分析", "Statistician"),
    ("system_operator", "系统维护", "System operator"),
)
