"""KAM-03: what hangs on customers is found by its words, by whoever sees the customer and nobody else."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from dakehu.customers.domain.holdings import AgreementDraft, EquipmentDraft, HoldingKind
from dakehu.customers.domain.spelling import cut_syllables
from dakehu.customers.domain.tokens import holds, parse_query, thing_tokens
from dakehu.customers.models.search_index import CUSTOMERS, THINGS
from dakehu.customers.selectors.customers import customers_for
from dakehu.customers.selectors.search import matching
from dakehu.customers.selectors.things import find_things
from dakehu.customers.services.assigning import collaborator_add, collaborator_remove
from dakehu.customers.services.contacts import ContactDraft, contact_change, contact_create, contact_remove
from dakehu.customers.services.customers import customer_change
from dakehu.customers.services.holdings import holding_add, holding_change, holding_remove
from dakehu.customers.services.merging import customers_merge
from dakehu.customers.services.reindexing import reindex_if_older
from dakehu.customers.services.things import findables, thing_id, things_missing
from dakehu.customers.services.unmerging import merge_undo
from dakehu.customers.tests.fixtures import a_customer, a_draft
from dakehu.infra.access.api import SYSTEM, Actor
from dakehu.infra.worker import drain
from dakehu.organisation.testing import Scenario

KINDS = ("contact", *HoldingKind)


def _titles(actor: Actor, text: str, kinds: Sequence[str] = KINDS) -> list[str]:
    return [kind.title(row) for kind, row in find_things(actor, text, 10, kinds)]


@pytest.mark.parametrize(
    ("letters", "cuts"),
    [
        ("xian", ["xian", "xi an"]),
        ("datongs", ["da tong s"]),
        ("wangxiaoming", ["wang xiao ming", "wang xia o ming"]),
        ("wangx", ["wang x"]),
        ("dlyh", []),
        ("lv", ["lv"]),
        ("", []),
        ("太原", []),
        ("a1", []),
    ],
)
def test_letters_are_cut_into_syllables(letters: str, cuts: list[str]) -> None:
    assert cut_syllables(letters) == cuts


@given(st.text("aoeinghxuzs", max_size=30))
def test_cutting_is_bounded_and_loses_no_letter(letters: str) -> None:
    cuts = cut_syllables(letters)
    assert len(cuts) <= 2
    assert all(cut.replace(" ", "") == letters for cut in cuts)


@pytest.mark.parametrize(
    ("text", "sought", "found"),
    [
        ("王晓明 13834567890", "王晓", True),
        ("王晓明 13834567890", "wxm", True),
        ("王晓明 13834567890", "wangxiaom", True),
        ("王晓明 13834567890", "138345", True),
        ("王晓明 13834567890", "晓王", False),
        ("王晓明 13834567890", "xiaowang", False),
        ("回访机房，约定下周报价", "机房 报价", True),
        ("回访机房，约定下周报价", "jifang", True),
    ],
)
def test_tokens_and_the_closer_look_agree(text: str, sought: str, found: bool) -> None:
    tokens, query = thing_tokens(0, [text], []), parse_query(sought)
    by_tokens = any(
        all(
            any(word in tokens for word in term.words)
            or any(token.startswith(prefix) for token in tokens for prefix in term.prefixes)
            for term in terms
        )
        for terms in (query.terms, *query.readings)
        if terms
    )
    assert holds(query, [text]) is found
    assert by_tokens or not found, "what the closer look takes, the index must have found"


@pytest.mark.django_db
class TestFinding:
    @pytest.mark.req("KAM-03")
    @pytest.mark.parametrize("text", ["王晓", "wxm", "wangxiao", "13834567", "ＷＸＭ"])
    def test_a_contact_by_name_pinyin_and_number(self, world: Scenario, text: str) -> None:
        row = a_customer(world.team)
        contact_create(
            actor=SYSTEM, customer_id=row.pk, draft=ContactDraft("王晓明", post="总监", phone="13834567890")
        )
        assert _titles(world.manager, text) == ["王晓明 · 总监"]
        assert _titles(world.neighbour, text) == []

    @pytest.mark.req("KAM-03")
    def test_it_follows_every_change(self, world: Scenario) -> None:
        row = a_customer(world.team)
        made = contact_create(actor=SYSTEM, customer_id=row.pk, draft=ContactDraft("王晓明"))
        changed = contact_change(
            actor=SYSTEM, contact_id=made.pk, version=made.version, draft=ContactDraft("赵晓明")
        )
        assert _titles(world.manager, "王晓明") == []
        assert _titles(world.manager, "赵晓明") == ["赵晓明"]
        contact_remove(actor=SYSTEM, contact_id=made.pk, version=changed.version)
        assert _titles(world.manager, "赵晓明") == []
        assert THINGS.is_empty()

    @pytest.mark.req("KAM-03")
    def test_contracts_and_equipment(self, world: Scenario) -> None:
        row = a_customer(world.team)
        paper = holding_add(
            actor=SYSTEM, customer_id=row.pk, draft=AgreementDraft(number="HT-2026-0815", subject="云专线")
        )
        device = EquipmentDraft(device="router", model="AR6300", serial="2102351BTD")
        holding_add(actor=SYSTEM, customer_id=row.pk, draft=device)
        assert _titles(world.manager, "HT-2026-08") == ["HT-2026-0815 云专线"]
        assert _titles(world.manager, "yunzhuan") == ["HT-2026-0815 云专线"]
        assert _titles(world.manager, "2102351b") == ["AR6300 2102351BTD"]
        assert _titles(world.manager, "云专线", ("contact",)) == []
        draft = AgreementDraft(number="HT-2026-0815", subject="数据中心")
        changed = holding_change(actor=SYSTEM, holding_id=paper.pk, version=paper.version, draft=draft)
        assert _titles(world.manager, "云专线") == []
        assert _titles(world.manager, "数据中心") == ["HT-2026-0815 数据中心"]
        kind = HoldingKind.AGREEMENT
        holding_remove(actor=SYSTEM, kind=kind, holding_id=paper.pk, version=changed.version)
        assert _titles(world.manager, "数据中心") == []

    @pytest.mark.req("KAM-12")
    def test_a_collaborator_finds_what_hangs_on_the_account(self, world: Scenario) -> None:
        row = a_customer(world.team)
        contact_create(actor=SYSTEM, customer_id=row.pk, draft=ContactDraft("王晓明"))
        collaborator_add(actor=SYSTEM, customer_id=row.pk, user_id=world.neighbour_user.pk)
        assert _titles(world.neighbour, "王晓明") == ["王晓明"]
        collaborator_remove(actor=SYSTEM, customer_id=row.pk, user_id=world.neighbour_user.pk)
        assert _titles(world.neighbour, "王晓明") == []

    @pytest.mark.req("KAM-12")
    def test_an_account_that_moves_takes_its_things_along(self, world: Scenario) -> None:
        row = a_customer(world.team)
        contact_create(actor=SYSTEM, customer_id=row.pk, draft=ContactDraft("王晓明"))
        draft = a_draft(world.datong_team, name=row.name)
        customer_change(actor=SYSTEM, customer_id=row.pk, version=row.version, draft=draft)
        assert _titles(world.manager, "王晓明") == []
        assert _titles(world.neighbour, "王晓明") == ["王晓明"]

    @pytest.mark.req("KAM-03")
    def test_a_merge_and_its_undoing(self, world: Scenario) -> None:
        gone, kept = a_customer(world.team), a_customer(world.datong_team)
        contact_create(actor=SYSTEM, customer_id=gone.pk, draft=ContactDraft("王晓明"))
        versions = (kept.version, gone.version)
        merge = customers_merge(actor=SYSTEM, kept_id=kept.pk, gone_id=gone.pk, versions=versions)
        assert _titles(world.neighbour, "王晓明") == ["王晓明"]
        assert _titles(world.manager, "王晓明") == []
        merge_undo(actor=SYSTEM, merge_id=merge.pk)
        assert _titles(world.neighbour, "王晓明") == []
        assert _titles(world.manager, "王晓明") == ["王晓明"]

    @pytest.mark.req("KAM-03")
    def test_a_customer_by_its_whole_pinyin(self, world: Scenario) -> None:
        row = a_customer(world.team, name="晋阳云图科技有限公司")
        actor = world.manager
        for text in ("jinyang", "jinyangyunt", "yuntu", "jyyt", "云图 jinyang"):
            assert list(matching(customers_for(actor), actor, text)) == [row], text
        for text in ("yangjin", "tuyun"):
            assert not matching(customers_for(actor), actor, text).exists(), text

    def test_an_older_database_gets_its_words(self, world: Scenario) -> None:
        assert not reindex_if_older(), "nothing is on file: the words are today's"
        row = a_customer(world.team)
        made = contact_create(actor=SYSTEM, customer_id=row.pk, draft=ContactDraft("王晓明"))
        assert not reindex_if_older()
        contact = next(kind for kind in findables() if kind.name == "contact")
        THINGS.remove([thing_id(contact, made.pk)])
        assert things_missing()
        assert reindex_if_older()
        assert not reindex_if_older(), "the job waits already"
        call_command("reindex")
        assert _titles(world.manager, "王晓明") == ["王晓明"]

    def test_words_of_an_earlier_edition_are_written_anew(self, world: Scenario) -> None:
        row = a_customer(world.team)
        CUSTOMERS.put({row.pk: ["older"]})
        CUSTOMERS.remove([0])
        assert reindex_if_older()
        drain("tasks")
        assert "older" not in CUSTOMERS.tokens([row.pk])[row.pk]
        assert not reindex_if_older()

    @pytest.mark.req("KAM-03")
    def test_many_of_one_kind_hide_none_of_another(
        self, world: Scenario, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("dakehu.customers.selectors.things.MOST", 3)
        row = a_customer(world.team)
        holding_add(
            actor=SYSTEM, customer_id=row.pk, draft=AgreementDraft(number="HT-1", subject="云专线设备")
        )
        for number in range(6):
            device = EquipmentDraft(device="router", model=f"云专线设备{number}")
            holding_add(actor=SYSTEM, customer_id=row.pk, draft=device)
        found = _titles(world.manager, "云专线")
        assert found[0] == "HT-1 云专线设备"
        assert len(found) == 4, "the contract, and the three devices recorded last or first"

    @pytest.mark.parametrize(
        "text", ['"', "' OR 1=1", "a* NOT b", "NEAR(a b)", "%", "\\", "云" * 5000, "\x00\x01", "( ) : ^ { }"]
    )
    def test_any_text_is_only_a_question(self, world: Scenario, text: str) -> None:
        assert _titles(world.manager, text) == []
