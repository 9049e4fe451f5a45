"""Every refusal has a code of its own and a sentence, in both languages."""

from __future__ import annotations

import os
import re
from collections import Counter

import pytest
from django.utils import translation
from django.utils.translation import trans_real

from dakehu.infra import i18n
from dakehu.infra.errors import has_message, message_for
from dakehu.kernel.errors import DomainError
from tests.modules import subclasses

ERRORS = sorted(subclasses(DomainError), key=lambda kind: f"{kind.__module__}.{kind.__qualname__}")
_CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")


def _own_code(kind: type) -> str | None:
    """The code a class declares itself; a base that is never raised declares none."""
    return kind.__dict__.get("code")


def test_codes_are_unique_and_well_formed() -> None:
    codes = [code for kind in ERRORS if (code := _own_code(kind))]
    twice = [code for code, times in Counter(codes).items() if times > 1]
    assert not twice
    assert not [code for code in codes if not _CODE.fullmatch(code)]


def test_every_error_has_a_sentence() -> None:
    dumb = sorted({str(code) for kind in ERRORS if (code := _own_code(kind)) and not has_message(code)})
    # What the switch refuses is answered by a SIP status or a log line, not by a page.
    assert not [code for code in dumb if not code.startswith(("sip.", "switch.", "directory.", "records."))]


def test_an_unfilled_placeholder_never_reaches_a_reader() -> None:
    class Bare(DomainError):
        code = "domain.conflict"

    assert "%(" not in message_for(Bare())


def test_a_sentence_is_read_anew_once_its_catalogue_is_compiled() -> None:
    """Or the first run after a change of the Chinese would still see what was there before."""
    app = next(app for app in i18n.our_apps() if app.label == "numbering")
    with translation.override("zh-hans"):
        before = trans_real.catalog()
        os.utime(app.po.with_suffix(".mo"), (0, 0))
        i18n.compile_all()
    with translation.override("zh-hans"):
        assert translation.gettext("opened the line") == "开通电话"
        assert trans_real.catalog() is not before


@pytest.mark.parametrize("app", i18n.our_apps(), ids=lambda app: app.label)
def test_chinese_and_english_are_complete(app: i18n.AppMessages) -> None:
    assert not list(i18n.faults(app))
