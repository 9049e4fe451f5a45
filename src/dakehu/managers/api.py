"""The door to account managers: visits, promises, hand-over, performance contracts."""

from __future__ import annotations

from dakehu.managers.domain.contract_states import AppealEvent, ContractEvent
from dakehu.managers.domain.indicators import Code as IndicatorCode
from dakehu.managers.domain.states import HandOverState, PromiseEvent, PromiseState, VisitState
from dakehu.managers.domain.visits import Place, PromiseDraft, VisitLog, VisitPlan
from dakehu.managers.models import Contract, Credential, HandOver, ManagerFile, Promise, Visit
from dakehu.managers.permissions import PerformancePermission, Permission
from dakehu.managers.selectors.due import accounts_due, frequencies
from dakehu.managers.selectors.visits import promises_for, visits_for
from dakehu.managers.services.appeals import appeal_decide, appeal_open
from dakehu.managers.services.contracts import ContractDraft, TermDraft, contract_create, contract_step
from dakehu.managers.services.entering import Entry, figure_enter
from dakehu.managers.services.files import CredentialDraft, FileDraft, credential_add, file_create
from dakehu.managers.services.hand_over import (
    Moved,
    hand_over_approve,
    hand_over_propose,
    hand_over_sign,
    register_hand_over,
)
from dakehu.managers.services.months import month_close
from dakehu.managers.services.new_products import new_product_add
from dakehu.managers.services.promises import frequencies_set, promise_close
from dakehu.managers.services.visits import visit_comment, visit_log, visit_plan

CredentialKind = Credential.Kind

__all__ = [
    "AppealEvent",
    "Contract",
    "ContractDraft",
    "ContractEvent",
    "CredentialDraft",
    "CredentialKind",
    "Entry",
    "FileDraft",
    "HandOver",
    "HandOverState",
    "IndicatorCode",
    "ManagerFile",
    "Moved",
    "PerformancePermission",
    "Permission",
    "Place",
    "Promise",
    "PromiseDraft",
    "PromiseEvent",
    "PromiseState",
    "TermDraft",
    "Visit",
    "VisitLog",
    "VisitPlan",
    "VisitState",
    "accounts_due",
    "appeal_decide",
    "appeal_open",
    "contract_create",
    "contract_step",
    "credential_add",
    "figure_enter",
    "file_create",
    "frequencies",
    "frequencies_set",
    "hand_over_approve",
    "hand_over_propose",
    "hand_over_sign",
    "month_close",
    "new_product_add",
    "promise_close",
    "promises_for",
    "register_hand_over",
    "visit_comment",
    "visit_log",
    "visit_plan",
    "visits_for",
]
