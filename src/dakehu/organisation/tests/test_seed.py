from __future__ import annotations

import pytest
from django.utils.translation import override

from dakehu.infra.access.api import all_permissions
from dakehu.organisation.api import (
    Dictionary,
    DictionaryEntry,
    OrgUnit,
    Post,
    Role,
    dictionary_choices,
    dictionary_label,
    dictionary_labels,
)
from dakehu.organisation.seed import seed
from dakehu.organisation.seeds.roles import ROLES

pytestmark = pytest.mark.django_db


def _counts() -> list[int]:
    return [model.objects.count() for model in (OrgUnit, Role, Post, Dictionary, DictionaryEntry)]


@pytest.mark.req("KAM-11")
def test_repeating_the_seed_changes_nothing() -> None:
    seed()
    before, roles = _counts(), list(Role.objects.values())
    seed()
    assert _counts() == before
    assert list(Role.objects.values()) == roles
    assert Role.objects.count() == len(ROLES)


def test_the_seed_keeps_what_the_administrator_changed() -> None:
    seed()
    auditor = Role.objects.get(code="auditor")
    auditor.name = "内审"
    auditor.permissions.remove("audit.view")
    auditor.save()
    entry = DictionaryEntry.objects.get(dictionary__code="trade", code="banking")
    entry.label, entry.is_active = "银行业", False
    entry.save()

    seed()

    auditor.refresh_from_db()
    assert auditor.name == "内审"
    assert "audit.view" not in auditor.permissions
    assert "banking" not in dict(dictionary_choices("trade"))
    assert dictionary_label("trade", "banking") == "银行业"


def test_a_new_right_reaches_the_roles_it_is_meant_for() -> None:
    seed()
    auditor = Role.objects.get(code="auditor")
    auditor.seeded.remove("unit.view")
    auditor.permissions.remove("unit.view")
    auditor.save()

    seed()

    auditor.refresh_from_db()
    assert "unit.view" in auditor.permissions


def test_the_auditor_reads_everything_and_changes_nothing() -> None:
    seed()
    granted = set(Role.objects.get(code="auditor").permissions)
    assert granted == {name for name in all_permissions() if name.split(".")[1].startswith(("view", "read"))}


def test_dictionaries_speak_both_languages() -> None:
    seed()
    assert dictionary_choices("customer_grade")[0] == ("special", "特级")
    assert len(dictionary_choices("trade")) == 14
    assert len(dictionary_choices("trade_section")) == 20
    with override("en"):
        assert dictionary_labels("customer_grade")["small"] == "Small and micro"
    assert dictionary_choices("no_such_dictionary") == []
