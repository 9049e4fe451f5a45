from __future__ import annotations

from dakehu.organisation.models.accounts import PasswordSheet, UserBefore
from dakehu.organisation.models.clients import ApiClient
from dakehu.organisation.models.dictionaries import Dictionary, DictionaryEntry
from dakehu.organisation.models.people import WAYS, Identity, Post, Role, User, spelled
from dakehu.organisation.models.tree import OrgUnit, UnitPast

__all__ = [
    "WAYS",
    "ApiClient",
    "Dictionary",
    "DictionaryEntry",
    "Identity",
    "OrgUnit",
    "PasswordSheet",
    "Post",
    "Role",
    "UnitPast",
    "User",
    "UserBefore",
    "spelled",
]
