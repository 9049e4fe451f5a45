"""Every end and every rule of a call has words."""

from __future__ import annotations

import pytest
from django.utils import translation

from dakehu.charging.web.trace import SENTENCES, rules
from dakehu.charging.web.words import CAUSES, CLASSES
from dakehu.kernel.numbers import CallClass
from dakehu.numbering.domain.featurecodes import Feature, Told
from dakehu.numbering.domain.services import ForwardKind, Reception
from dakehu.switch.callcontrol import Reason, WishKind
from dakehu.switch.callcontrol.toning import RULES
from dakehu.switch.records import EndCause


def test_ends_and_classes_have_labels() -> None:
    assert set(CAUSES) == set(EndCause)
    assert set(CLASSES) == set(CallClass)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_rules_have_sentences_in_both_languages(language: str) -> None:
    forwards = {f"forward_{kind}" for kind in ForwardKind}
    ids = {*Reason, *Told, *Feature, *WishKind, *forwards, Reception.WAITING, Reception.BUSY, *RULES.values()}
    assert {str(each) for each in ids} <= set(SENTENCES)
    with translation.override(language):
        texts = [str(sentence) for sentence in SENTENCES.values()]
    assert all(texts)
    assert all(text.isascii() == (language == "en") for text in texts)


def test_an_id_of_another_version_is_shown_as_it_is() -> None:
    assert [(rule.id, str(rule.sentence)) for rule in rules(["later_rule"])] == [("later_rule", "")]
