"""The door to exchanges, numbers and lines."""

from __future__ import annotations

from dakehu.numbering.domain.codetables import CodesInvalid, Moved, check_codes
from dakehu.numbering.domain.errors import LineInGroup, NumberNotFree
from dakehu.numbering.domain.exchanges import EXCHANGE_TYPES, ExchangeType
from dakehu.numbering.domain.lines import LineEvent, LineKind, LineStatus, SuspensionReason
from dakehu.numbering.domain.numbers import BlockReason, NumberState
from dakehu.numbering.domain.onenumber import Bound, Follow, OneNumber, one_number_from
from dakehu.numbering.domain.services import (
    NO_SERVICES,
    ForwardKind,
    Restriction,
    ServiceInvalid,
    Services,
    ServicesChange,
)
from dakehu.numbering.groupings import (
    LineGroup,
    grouping,
    register_grouping,
    register_regrouping_check,
    regrouping_faults,
)
from dakehu.numbering.guards import register_guard, register_services_check
from dakehu.numbering.models import Exchange, Line, LineServices, NumberBlock, PublicNumber, SipAccount
from dakehu.numbering.permissions import ExchangePermission, LinePermission, NumberPermission, TrunkPermission
from dakehu.numbering.selectors.lines import line_by_number, line_get, lines_for, services_of
from dakehu.numbering.selectors.numbers import (
    FreeNumbers,
    exchange_get,
    exchanges_for,
    find_exchange,
    find_number,
    number_counts,
    numbers_for,
    numbers_free,
)
from dakehu.numbering.selectors.order_checks import is_to_be_had
from dakehu.numbering.selectors.trunks import trunk_get, trunk_values, trunks_for
from dakehu.numbering.services.exchanges import ExchangePlan, block_create, exchange_create
from dakehu.numbering.services.lines import (
    LINE_CHANGED,
    LineOpening,
    line_cease,
    line_change,
    line_open,
    line_resume,
    line_suspend,
)
from dakehu.numbering.services.numbers import (
    Wanted,
    number_assign,
    number_block,
    number_release,
    number_unblock,
    numbers_cancel,
    numbers_reserve,
)
from dakehu.numbering.services.onenumber import line_one_number_set
from dakehu.numbering.services.supplementary import (
    Reported,
    line_call_password_set,
    line_services_report,
    line_services_set,
)
from dakehu.numbering.services.telephones import Telephone, ha1, telephone_issue
from dakehu.numbering.services.trunks import (
    TRUNK_CHANGED,
    trunk_account_set,
    trunk_change,
    trunk_create,
    trunk_remove,
)
from dakehu.numbering.services.webphone import webphone_give
from dakehu.numbering.web.codes import CodesForm, codes_label, codes_page, codes_tab
from dakehu.numbering.web.periodtext import (
    callers_from_text,
    callers_text,
    days_from,
    days_text,
    hours_from,
    hours_text,
    is_chinese,
)
from dakehu.numbering.web.words import RIGHTS, exchange_choices, kind_label, line_badge, rights_label

__all__ = [
    "EXCHANGE_TYPES",
    "LINE_CHANGED",
    "NO_SERVICES",
    "RIGHTS",
    "TRUNK_CHANGED",
    "BlockReason",
    "Bound",
    "CodesForm",
    "CodesInvalid",
    "Exchange",
    "ExchangePermission",
    "ExchangePlan",
    "ExchangeType",
    "Follow",
    "ForwardKind",
    "FreeNumbers",
    "Line",
    "LineEvent",
    "LineGroup",
    "LineInGroup",
    "LineKind",
    "LineOpening",
    "LinePermission",
    "LineServices",
    "LineStatus",
    "Moved",
    "NumberBlock",
    "NumberNotFree",
    "NumberPermission",
    "NumberState",
    "OneNumber",
    "PublicNumber",
    "Reported",
    "Restriction",
    "ServiceInvalid",
    "Services",
    "ServicesChange",
    "SipAccount",
    "SuspensionReason",
    "Telephone",
    "TrunkPermission",
    "Wanted",
    "block_create",
    "callers_from_text",
    "callers_text",
    "check_codes",
    "codes_label",
    "codes_page",
    "codes_tab",
    "days_from",
    "days_text",
    "exchange_choices",
    "exchange_create",
    "exchange_get",
    "exchanges_for",
    "find_exchange",
    "find_number",
    "grouping",
    "ha1",
    "hours_from",
    "hours_text",
    "is_chinese",
    "is_to_be_had",
    "kind_label",
    "line_badge",
    "line_by_number",
    "line_call_password_set",
    "line_cease",
    "line_change",
    "line_get",
    "line_one_number_set",
    "line_open",
    "line_resume",
    "line_services_report",
    "line_services_set",
    "line_suspend",
    "lines_for",
    "number_assign",
    "number_block",
    "number_counts",
    "number_release",
    "number_unblock",
    "numbers_cancel",
    "numbers_for",
    "numbers_free",
    "numbers_reserve",
    "one_number_from",
    "register_grouping",
    "register_guard",
    "register_regrouping_check",
    "register_services_check",
    "regrouping_faults",
    "rights_label",
    "services_of",
    "telephone_issue",
    "trunk_account_set",
    "trunk_change",
    "trunk_create",
    "trunk_get",
    "trunk_remove",
    "trunk_values",
    "trunks_for",
    "webphone_give",
]
