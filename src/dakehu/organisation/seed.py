"""The organisation's reference data, brought up to date; harmless to repeat.

What an administrator changed stays as it is: names, labels and orders are written once, and a right that
was taken from a role is not given back (`Role.seeded` remembers it).
"""

from __future__ import annotations

from fnmatch import fnmatchcase

from django.db import transaction

from dakehu.infra.access.api import all_permissions
from dakehu.organisation.models import Dictionary, DictionaryEntry, OrgUnit, Post, Role
from dakehu.organisation.seeds.dictionaries import DICTIONARIES, DictionarySeed
from dakehu.organisation.seeds.roles import POSTS, ROLES, RoleSeed

PROVINCE_PATH = "0001"


def seed() -> None:
    """Province, roles, posts and dictionaries."""
    with transaction.atomic():
        _province()
        for role in ROLES:
            _role(role)
        for code, name, name_en in POSTS:
            Post.objects.get_or_create(code=code, defaults={"name": name, "name_en": name_en})
        for dictionary in DICTIONARIES:
            _dictionary(dictionary)


def _province() -> None:
    OrgUnit.objects.get_or_create(
        path=PROVINCE_PATH,
        defaults={"level": OrgUnit.Level.PROVINCE, "name": "山西省分公司", "short_name": "山西"},
    )


def _role(wanted: RoleSeed) -> None:
    role, _made = Role.objects.get_or_create(
        code=wanted.code,
        defaults={"name": wanted.name, "name_en": wanted.name_en, "everything": wanted.everything},
    )
    granted = {
        name for name in all_permissions() if any(fnmatchcase(name, pattern) for pattern in wanted.patterns)
    }
    fresh = granted - set(role.seeded)
    if fresh:
        role.permissions = sorted({*role.permissions, *fresh})
        role.seeded = sorted({*role.seeded, *fresh})
        role.version += 1
        role.save()


def _dictionary(wanted: DictionarySeed) -> None:
    dictionary, _made = Dictionary.objects.get_or_create(
        code=wanted.code, defaults={"name": wanted.name, "name_en": wanted.name_en}
    )
    known = set(dictionary.entries.values_list("code", flat=True))
    DictionaryEntry.objects.bulk_create(
        DictionaryEntry(dictionary=dictionary, code=code, label=label, label_en=label_en, order=order)
        for order, (code, label, label_en) in enumerate(wanted.entries, start=1)
        if code not in known
    )
