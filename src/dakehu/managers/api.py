"""The door to account managers: visits, promises, hand-over."""

from __future__ import annotations

from dakehu.managers.domain.states import HandOverState, PromiseEvent, PromiseState, VisitState
from dakehu.managers.domain.visits import Place, PromiseDraft, VisitLog, VisitPlan
from dakehu.managers.models import Credential, HandOver, ManagerFile, Promise, Visit
from dakehu.managers.permissions import Permission
from dakehu.managers.selectors.due import accounts_due, frequencies
from dakehu.managers.selectors.visits import promises_for, visits_for
from dakehu.managers.services.files import CredentialDraft, FileDraft, credential_add, file_create
from dakehu.managers.services.hand_over import (
    Moved,
    hand_over_approve,
    hand_over_propose,
    hand_over_sign,
    register_hand_over,
)
from dakehu.managers.services.promises import frequencies_set, promise_close
from dakehu.managers.services.visits import visit_comment, visit_log, visit_plan

CredentialKind = Credential.Kind

__all__ = [
    "CredentialDraft",
    "CredentialKind",
    "FileDraft",
    "HandOver",
    "HandOverState",
    "ManagerFile",
    "Moved",
    "Permission",
    "Place",
    "Promise",
    "PromiseDraft",
    "PromiseEvent",
    "PromiseState",
    "Visit",
    "VisitLog",
    "VisitPlan",
    "VisitState",
    "accounts_due",
    "credential_add",
    "file_create",
    "frequencies",
    "frequencies_set",
    "hand_over_approve",
    "hand_over_propose",
    "hand_over_sign",
    "promise_close",
    "promises_for",
    "register_hand_over",
    "visit_comment",
    "visit_log",
    "visit_plan",
    "visits_for",
]
