"""The products an installation starts with, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from dakehu.catalogue.domain.characteristics import Value, ValueType

FIRST_DAY = date(2024, 1, 1)
VOICE_TARIFF = "voice"
T = ValueType

RIGHTS = (
    ("own_group", "仅限群内", "Own group only"),
    ("local", "市话", "Local"),
    ("national", "国内长途", "National long-distance"),
    ("international", "国际及港澳台", "International"),
)
LINE_KINDS = (("fixed", "固定电话", "Fixed line"), ("wireless", "无线市话", "Wireless line"))


@dataclass(frozen=True, slots=True)
class CharacteristicSeed:
    code: str
    value_type: ValueType
    name: str
    name_en: str
    hint: str = ""
    hint_en: str = ""
    is_required: bool = True
    default: Value | None = None
    pattern: str = ""
    least: int | None = None
    most: int | None = None
    choices: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PriceSeed:
    """`kind` as in `ProductPrice.Kind`; `months` is the period of a recurring price."""

    kind: str
    name: str
    name_en: str
    amount_fen: int = 0
    months: int = 0
    tariff: str = ""


@dataclass(frozen=True, slots=True)
class ProductSeed:
    """A specification with the one offering that sells it, under one code."""

    code: str
    name: str
    name_en: str
    description: str
    description_en: str
    category: str
    clock_class: str
    checker: str
    characteristics: tuple[CharacteristicSeed, ...]
    prices: tuple[PriceSeed, ...] = field(default=())
    relies_on: str = ""
    version: int = 1


CLOCK_CLASSES = (("A", "A类", "Class A", 8), ("B", "B类", "Class B", 10), ("C", "C类", "Class C", 12),
                 ("D", "D类", "Class D", 13))  # fmt: skip

CENTREX_GROUP = ProductSeed(
    code="centrex-group",
    name="集中用户交换机（新建群）",
    name_en="Centrex group (new)",
    description="把客户在同一交换局的电话编成一个虚拟网群，群内拨短号。",
    description_en="Makes a customer's lines at one exchange a group that dials short numbers inside.",
    category="voice",
    clock_class="A",
    checker="centrex.group",
    characteristics=(
        CharacteristicSeed(
            "exchange", T.TEXT, "交换局", "Exchange", "群内电话所在的局", "Where its lines are"
        ),
        CharacteristicSeed("name", T.TEXT, "群名称", "Group name"),
        CharacteristicSeed(
            "exit_prefix",
            T.DIGITS,
            "出群字冠",
            "Exit prefix",
            "一位数字，拨外线时加拨",
            "One digit, dialled to get out",
            default="0",
        ),
        CharacteristicSeed(
            "attendant_prefix",
            T.DIGITS,
            "话务台字冠",
            "Attendant prefix",
            "无话务台时不填",
            "Empty without a console",
            is_required=False,
        ),
        CharacteristicSeed("short_length", T.INTEGER, "短号位长", "Digits of short numbers", default=4),
        CharacteristicSeed(
            "capacity",
            T.INTEGER,
            "最大用户容量",
            "Maximum capacity",
            "建群后不能修改",
            "Can't be changed later",
        ),
        CharacteristicSeed(
            "gcn",
            T.TELEPHONE,
            "GCN号（搜索号码）",
            "Search number (GCN)",
            "占用本局一个空号并封锁",
            "Takes an unused number of the exchange, which is then blocked",
        ),
    ),
    prices=(
        PriceSeed("one_time", "建群费", "Set-up charge", 10_000),
        PriceSeed("recurring", "虚拟网功能费", "Group function", 2_000, months=1),
        PriceSeed("usage", "通话费", "Calls", tariff=VOICE_TARIFF),
    ),
)

CENTREX_MEMBER = ProductSeed(
    code="centrex-member",
    name="集中用户交换机（加入分机）",
    name_en="Centrex member (add)",
    description="把一部电话加入虚拟网群，分配短号和呼叫权限。",
    description_en="Adds a line to a group, with its short number and call rights.",
    category="voice",
    clock_class="A",
    checker="centrex.member",
    relies_on="centrex-group",
    characteristics=(
        CharacteristicSeed(
            "group",
            T.REFERENCE,
            "虚拟网群",
            "Group",
            "从客户已有的群中选择",
            "Chosen from the customer's groups",
            is_required=False,
        ),
        CharacteristicSeed(
            "public_number",
            T.TELEPHONE,
            "外线号码",
            "Public number",
            "客户已有的电话或本局空号",
            "A line of the customer's, or a free number of the exchange",
        ),
        CharacteristicSeed(
            "short_number",
            T.DIGITS,
            "短号",
            "Short number",
            "默认取号码后四位",
            "By default the last four digits",
        ),
        CharacteristicSeed(
            "line_kind", T.CHOICE, "电话类型", "Kind of line", default="fixed", choices=LINE_KINDS
        ),
        CharacteristicSeed(
            "rights_level", T.CHOICE, "呼叫权限", "Call rights", default="national", choices=RIGHTS
        ),
        CharacteristicSeed("rights_special", T.BOOLEAN, "可拨特服号码", "Special services", default=True),
        CharacteristicSeed("in_group_only", T.BOOLEAN, "网内通信", "In-group calls only", default=False),
        CharacteristicSeed(
            "outgoing_restriction", T.BOOLEAN, "呼出限制", "Outgoing restriction by password", default=False
        ),
        CharacteristicSeed("is_attendant", T.BOOLEAN, "话务台", "Attendant console", default=False),
    ),
    prices=(
        PriceSeed("one_time", "装机费", "Installation", 5_000),
        PriceSeed("recurring", "分机月租费", "Extension rent", 1_000, months=1),
        PriceSeed("usage", "通话费", "Calls", tariff=VOICE_TARIFF),
    ),
)

SINGLE_LINE = ProductSeed(
    code="single-line",
    name="普通电话",
    name_en="Single line",
    description="在一个交换局装一部电话。",
    description_en="One telephone line at an exchange.",
    category="voice",
    clock_class="A",
    checker="numbering.line",
    characteristics=(
        CharacteristicSeed("exchange", T.TEXT, "交换局", "Exchange"),
        CharacteristicSeed(
            "public_number",
            T.TELEPHONE,
            "电话号码",
            "Public number",
            "本局空号",
            "A free number of the exchange",
        ),
        CharacteristicSeed(
            "line_kind", T.CHOICE, "电话类型", "Kind of line", default="fixed", choices=LINE_KINDS
        ),
        CharacteristicSeed(
            "rights_level", T.CHOICE, "呼叫权限", "Call rights", default="national", choices=RIGHTS[1:]
        ),
        CharacteristicSeed("rights_special", T.BOOLEAN, "可拨特服号码", "Special services", default=True),
    ),
    prices=(
        PriceSeed("one_time", "装机费", "Installation", 5_000),
        PriceSeed("recurring", "电话月租费", "Line rent", 2_000, months=1),
        PriceSeed("usage", "通话费", "Calls", tariff=VOICE_TARIFF),
    ),
)

PRODUCTS = (CENTREX_GROUP, CENTREX_MEMBER, SINGLE_LINE)
