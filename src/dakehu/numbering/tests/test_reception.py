"""What one more call meets at a line that is in some already."""

from __future__ import annotations

import pytest

from dakehu.numbering.domain.services import NO_SERVICES, Reception, Services, reception

WAITING = Services(call_waiting=True)


@pytest.mark.req("CTX-07", "LIN-03")
@pytest.mark.parametrize(
    ("services", "calls", "is_unlimited", "met"),
    [
        (NO_SERVICES, 0, False, Reception.FREE),
        (NO_SERVICES, 1, False, Reception.BUSY),
        (NO_SERVICES, 2, False, Reception.BUSY),
        (WAITING, 0, False, Reception.FREE),
        (WAITING, 1, False, Reception.WAITING),
        (WAITING, 2, False, Reception.BUSY),
        (NO_SERVICES, 7, True, Reception.FREE),
        (WAITING, 7, True, Reception.FREE),
    ],
)
def test_one_more_call(services: Services, calls: int, is_unlimited: bool, met: Reception) -> None:
    assert reception(services, calls, is_unlimited=is_unlimited) is met
