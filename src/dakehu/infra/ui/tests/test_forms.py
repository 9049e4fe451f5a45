"""Forms: what people type is understood, faults stand at their fields, others' changes are shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django import forms
from django.utils.translation import override

from dakehu.infra.access.api import Actor
from dakehu.infra.ui.api import (
    CodeField,
    DateField,
    DecimalField,
    FormPage,
    Group,
    Hit,
    MoneyField,
    NameField,
    NumberField,
    PickField,
    SearchSource,
    VersionField,
    Words,
    form_page,
    register_search,
    register_words,
)
from dakehu.infra.ui.tests.calls import HTMX, asked
from dakehu.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound

ACTOR = Actor(user_id=7, name="王晓明", org_path="0001")


class CustomerForm(forms.Form):
    name = NameField(label="Name", max_length=20)
    code = CodeField(label="Code", required=False, help_text="18 letters")
    grade = forms.ChoiceField(label="Grade", choices=[("A", "A"), ("B", "B")], required=False)
    parent = PickField(source="test.parent", label="Parent", required=False)
    listed = forms.BooleanField(label="Listed", required=False)
    version = VersionField(required=False)


def _answer(save: Callable[[dict[str, Any]], str], data: dict[str, Any] | None, **headers: str) -> Any:
    request = asked(ACTOR, "/edit/", data=data, **headers)
    form = CustomerForm(request.POST if data is not None else None, initial={"parent": "9"})
    groups = [Group("Basics", ["name", "code"]), Group("More", ["listed"], is_open=False)]
    return form_page(request, FormPage("Edit", form, groups, back="/list/", noun="test", done="Saved."), save)


def _raise(error: DomainError) -> Callable[[dict[str, Any]], str]:
    def save(_values: dict[str, Any]) -> str:
        raise error

    return save


@pytest.mark.parametrize(
    ("field", "typed", "understood"),
    [
        (NameField(), "　太原　钢铁，", "太原 钢铁"),
        (CodeField(), "９１１４ 0100-ＡＢ", "91140100-AB"),
        (NumberField(), "１，２００", 1200),
        (DecimalField(), "1,200.50", "1200.50"),
        (MoneyField(), "1.5万元", 1_500_000),
        (MoneyField(), "￥１２.３", 1230),
        (MoneyField(required=False), " ", None),
        (DateField(), "２０２６-１１-２２", "2026-11-22"),
        (PickField(source="x"), "１２", "12"),
    ],
)
def test_what_people_type(field: forms.Field, typed: str, understood: object) -> None:
    value = field.clean(typed)
    assert value == understood or str(value) == understood


@pytest.mark.parametrize("typed", ["many", "1.234", "--1"])
def test_an_amount_that_is_none_is_said_in_words(typed: str) -> None:
    with pytest.raises(forms.ValidationError) as caught:
        MoneyField().clean(typed)
    assert caught.value.messages[0] not in {"", "money.amount_invalid"}


def test_an_amount_comes_back_as_typed_in_yuan() -> None:
    assert MoneyField().prepare_value(123_450) == "1,234.50"
    assert not MoneyField().has_changed(123_450, "1,234.50")


def test_the_form_is_drawn_with_groups_labels_and_the_picked_name() -> None:
    register_search(
        SearchSource(
            "test.parent", "x", lambda *_: [Hit("9", "集团")], label_of=lambda _actor, pk: f"集团{pk}"
        )
    )
    page = _answer(lambda _values: "/x/", None).content.decode()
    assert 'value="集团9"' in page
    assert '<label class="form-label" for="id_name">' in page
    assert 'aria-describedby="id_code_help"' in page
    assert "data-draft" in page
    assert page.index("Basics") < page.index("More")
    assert page.count('name="grade"') == 1, "a field in no group is drawn too"


def test_saving_leads_on() -> None:
    answer = _answer(lambda values: f"/saved/{values['name']}/", {"name": "甲"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/saved/%E7%94%B2/")
    answer = _answer(lambda _values: "/saved/", {"name": "甲"}, **HTMX)
    assert answer.headers["HX-Redirect"] == "/saved/"


def test_faults_stand_at_their_fields_and_on_top_and_typing_stays() -> None:
    error = Invalid([NotFound(field="code"), NotAllowed(permission="x", field="unknown")])
    answer = _answer(_raise(error), {"name": "甲<b>", "code": "123", "listed": "on"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="id_code_error"' in page
    assert 'aria-describedby="id_code_error id_code_help"' in page
    assert 'aria-invalid="true"' in page
    assert '<a href="#id_code">Code</a>' in page
    assert 'value="甲&lt;b&gt;"' in page
    assert 'value="123"' in page
    assert "checked" in page
    assert "data-bound" in page


@pytest.mark.parametrize("error", [NotFound(), NotAllowed(permission="x")])
def test_gone_or_forbidden_is_no_fault_of_the_form(error: DomainError) -> None:
    with pytest.raises(type(error)):
        _answer(_raise(error), {"name": "甲"})


def test_a_folded_group_opens_where_it_is_wrong() -> None:
    page = _answer(_raise(DomainError(field="listed")), {"name": "甲"}).content.decode()
    assert page.count('<details class="dk-group" open') == 2


def test_a_conflict_shows_what_others_saved_and_takes_their_version() -> None:
    register_words(Words("test", "Test", shown={"grade": lambda value: f"{value} 级"}))
    conflict = Conflict(noun="test", version=8, current={"name": "甲", "grade": "B", "secret": "x"})
    data = {"name": "甲", "grade": "A", "version": "7"}
    with override("en"):
        answer = _answer(_raise(conflict), data)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "<td>B 级</td><td>A</td>" in page
    assert "Stored now" in page
    assert 'name="version" value="8"' in page, "saving again replaces knowingly"
    assert page.count("<tr>") == 2, "fields that agree are not listed"
