"""What these tests register in the frame, no other test of the process meets."""

from __future__ import annotations

import pytest

from dakehu.infra.ui import registry


@pytest.fixture(autouse=True)
def _frame_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_nav", "_panels", "_tiles", "_sources"):
        monkeypatch.setattr(registry, name, dict(getattr(registry, name)))
