"""The door to the organisation: units, people, roles, dictionaries."""

from __future__ import annotations

from dakehu.organisation.localised import localised
from dakehu.organisation.models import ApiClient, Dictionary, DictionaryEntry, OrgUnit, Post, Role, User
from dakehu.organisation.permissions import Permission
from dakehu.organisation.selectors.actors import actor_for, actor_for_client
from dakehu.organisation.selectors.dictionaries import dictionary_choices, dictionary_label, dictionary_labels
from dakehu.organisation.selectors.units import unit_choices
from dakehu.organisation.selectors.users import people_for, people_with, person_named
from dakehu.organisation.services.firstpasswords import first_password_link

__all__ = [
    "ApiClient",
    "Dictionary",
    "DictionaryEntry",
    "OrgUnit",
    "Permission",
    "Post",
    "Role",
    "User",
    "actor_for",
    "actor_for_client",
    "dictionary_choices",
    "dictionary_label",
    "dictionary_labels",
    "first_password_link",
    "localised",
    "people_for",
    "people_with",
    "person_named",
    "unit_choices",
]
