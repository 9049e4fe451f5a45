"""Pages, exports and headers of products and orders with hostile names in every row."""

from __future__ import annotations

import pytest

from tests.rough.poison import walk

pytestmark = [pytest.mark.django_db, pytest.mark.req("SYS-SEC")]
APPS = {
    "dakehu.catalogue": 0,
    "dakehu.numbering": 15,
    "dakehu.centrex": 6,
    "dakehu.enterprise_vpn": 8,
    "dakehu.ringback": 5,
    "dakehu.orders": 5,
    "dakehu.charging": 4,
    "dakehu.reporting": 2,
    "dakehu.switchd": 1,
}
"""How many pages show the payload, at least: a walk that shows it nowhere proves nothing."""


@pytest.mark.parametrize("app", APPS)
def test_hostile_names_are_harmless_in_every_answer(app: str) -> None:
    wrong, shown = walk(app)
    assert not wrong, "\n".join(wrong)
    assert shown >= APPS[app]
