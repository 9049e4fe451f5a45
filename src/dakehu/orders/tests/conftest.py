from __future__ import annotations

import pytest

from dakehu.orders.testing import OrderScenario
from dakehu.organisation.testing import Scenario


@pytest.fixture
def scene(world: Scenario) -> OrderScenario:
    return OrderScenario(world)
