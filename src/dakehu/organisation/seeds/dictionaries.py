"""The dictionaries a new installation starts with.

Trades by section are GB/T 4754-2017's twenty; the operator's own trades, the grades and the contact roles
are the usual practice of key-account centres and are changed on the dictionaries page.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DictionarySeed:
    """`entries` hold code, Chinese and English label, in the order shown."""

    code: str
    name: str
    name_en: str
    entries: tuple[tuple[str, str, str], ...]


DICTIONARIES = (
    DictionarySeed(
        "trade_section",
        "国民经济行业门类",
        "Trade section (GB/T 4754)",
        (
            ("A", "农、林、牧、渔业", "Agriculture, forestry, animal husbandry, fishery"),
            ("B", "采矿业", "Mining"),
            ("C", "制造业", "Manufacturing"),
            ("D", "电力、热力、燃气及水生产和供应业", "Electricity, heat, gas and water supply"),
            ("E", "建筑业", "Construction"),
            ("F", "批发和零售业", "Wholesale and retail trade"),
            ("G", "交通运输、仓储和邮政业", "Transport, storage and post"),
            ("H", "住宿和餐饮业", "Accommodation and catering"),
            ("I", "信息传输、软件和信息技术服务业", "Information transmission, software and IT services"),
            ("J", "金融业", "Finance"),
            ("K", "房地产业", "Real estate"),
            ("L", "租赁和商务服务业", "Leasing and business services"),
            ("M", "科学研究和技术服务业", "Scientific research and technical services"),
            ("N", "水利、环境和公共设施管理业", "Water, environment and public facilities"),
            ("O", "居民服务、修理和其他服务业", "Resident services, repair and other services"),
            ("P", "教育", "Education"),
            ("Q", "卫生和社会工作", "Health and social work"),
            ("R", "文化、体育和娱乐业", "Culture, sport and entertainment"),
            ("S", "公共管理、社会保障和社会组织", "Public administration, social security, organisations"),
            ("T", "国际组织", "International organisations"),
        ),
    ),
    DictionarySeed(
        "trade",
        "行业",
        "Trade",
        (
            ("government", "党政机关", "Party and government"),
            ("security", "军队公安", "Military and police"),
            ("banking", "银行", "Banking"),
            ("insurance", "证券保险", "Securities and insurance"),
            ("energy", "能源矿产", "Energy and mining"),
            ("transport", "交通物流", "Transport and logistics"),
            ("manufacturing", "工业制造", "Manufacturing"),
            ("education", "教育科研", "Education and research"),
            ("health", "医疗卫生", "Health"),
            ("media", "新闻传媒", "Press and media"),
            ("commerce", "商贸流通", "Commerce"),
            ("property", "房地产建筑", "Property and construction"),
            ("hospitality", "酒店旅游", "Hotels and travel"),
            ("technology", "信息技术", "Information technology"),
        ),
    ),
    DictionarySeed(
        "product_category",
        "收入产品类别",
        "Product category of revenue",
        (
            ("voice", "语音", "Voice"),
            ("leased_line", "专线电路", "Leased lines"),
            ("internet", "互联网接入", "Internet access"),
            ("cloud", "云和数据中心", "Cloud and data centre"),
            ("ict", "信息化集成", "ICT projects"),
            ("messaging", "短信和物联网", "Messaging and IoT"),
            ("other", "其他", "Other"),
        ),
    ),
    DictionarySeed(
        "customer_grade",
        "客户等级",
        "Customer grade",
        (
            ("special", "特级", "Special"),
            ("first", "一级", "First"),
            ("second", "二级", "Second"),
            ("third", "三级", "Third"),
            ("small", "小微", "Small and micro"),
        ),
    ),
    DictionarySeed(
        "manager_grade",
        "客户经理等级",
        "Manager's grade",
        (
            ("chief", "首席客户经理", "Chief"),
            ("senior", "高级客户经理", "Senior"),
            ("middle", "中级客户经理", "Intermediate"),
            ("junior", "初级客户经理", "Junior"),
        ),
    ),
    DictionarySeed(
        "contact_role",
        "联系人角色",
        "Contact role",
        (
            ("decides", "决策者", "Decides"),
            ("influences", "影响者", "Influences"),
            ("uses", "使用者", "Uses"),
            ("pays", "付款人", "Pays"),
            ("technical", "技术负责人", "Technical contact"),
            ("handles", "经办人", "Handles the business"),
        ),
    ),
    DictionarySeed(
        "rival_operator",
        "竞争运营商",
        "Competing operator",
        (
            ("telecom", "中国电信", "China Telecom"),
            ("mobile", "中国移动", "China Mobile"),
            ("unicom", "中国联通", "China Unicom"),
            ("broadnet", "中国广电", "China Broadnet"),
            ("other", "其他运营商", "Other operator"),
        ),
    ),
    DictionarySeed(
        "intelligence_source",
        "情报来源",
        "Source of intelligence",
        (
            ("customer", "客户告知", "Told by the customer"),
            ("visit", "走访所见", "Seen on a visit"),
            ("tender", "招投标公告", "Tender notice"),
            ("public", "公开资料", "Published"),
            ("partner", "合作伙伴", "Told by a partner"),
            ("estimate", "推测", "Estimated"),
        ),
    ),
    DictionarySeed(
        "equipment_kind",
        "设备类型",
        "Kind of equipment",
        (
            ("pbx", "用户交换机", "PBX"),
            ("optical", "光终端", "Optical terminal"),
            ("router", "路由器", "Router"),
            ("switch", "以太网交换机", "Ethernet switch"),
            ("gateway", "语音网关", "Voice gateway"),
            ("phones", "话机", "Telephones"),
            ("power", "电源", "Power supply"),
            ("other", "其他设备", "Other equipment"),
        ),
    ),
    DictionarySeed(
        "document_kind",
        "资料类型",
        "Kind of document",
        (
            ("licence", "营业执照", "Business licence"),
            ("authorisation", "授权委托书", "Letter of authorisation"),
            ("diagram", "网络拓扑图", "Network diagram"),
            ("proposal", "方案建议书", "Proposal"),
            ("report", "服务报告", "Service report"),
            ("photo", "现场照片", "Photograph of the site"),
            ("other", "其他资料", "Other document"),
        ),
    ),
    DictionarySeed(
        "customer_nature",
        "单位性质",
        "Nature of the organisation",
        (
            ("state", "国有企业", "State-owned enterprise"),
            ("private", "民营企业", "Private enterprise"),
            ("foreign", "外商投资企业", "Foreign-invested enterprise"),
            ("agency", "机关单位", "Government agency"),
            ("institution", "事业单位", "Public institution"),
            ("army", "军队单位", "Military unit"),
            ("society", "社会团体", "Social organisation"),
            ("other", "其他", "Other"),
        ),
    ),
    DictionarySeed(
        "exchange_type",
        "交换机型号",
        "Exchange type",
        (
            ("S1240", "S1240 程控交换机", "S1240"),
            ("5ESS", "5ESS 程控交换机", "5ESS"),
            ("EWSD", "EWSD 程控交换机", "EWSD"),
            ("AXE10", "AXE10 程控交换机", "AXE10"),
            ("CC08", "C&C08 程控交换机", "C&C08"),
            ("ZXJ10", "ZXJ10 程控交换机", "ZXJ10"),
            ("SOFTSWITCH", "软交换", "Softswitch"),
            ("IMS", "IMS 语音核心网", "IMS"),
        ),
    ),
    DictionarySeed(
        "delay_reason",
        "延期原因",
        "Reason for a delay",
        (
            ("customer", "客户原因", "The customer's doing"),
            ("resource", "资源不足", "Lack of resources"),
            ("construction", "施工受阻", "Construction held up"),
            ("partner", "协办方原因", "The assisting branch's doing"),
            ("force", "不可抗力", "Force majeure"),
        ),
    ),
)
