"""Pages, exports and headers of the frame and the organisation with hostile names in every row."""

from __future__ import annotations

import pytest

from tests.rough.poison import walk

pytestmark = [pytest.mark.django_db, pytest.mark.req("SYS-SEC")]
APPS = {
    "dakehu.organisation": 35,
    "dakehu.notices": 6,
    "dakehu.infra.files": 0,
    "dakehu.infra.ui": 6,
    "dakehu.infra.importing": 2,
    "dakehu.infra.rest": 1,
}
"""How many pages show the payload, at least: a walk that shows it nowhere proves nothing."""


@pytest.mark.parametrize("app", APPS)
def test_hostile_names_are_harmless_in_every_answer(app: str) -> None:
    wrong, shown = walk(app)
    assert not wrong, "\n".join(wrong)
    assert shown >= APPS[app]
