"""Test processes side by side share no home, though each inherits its environment from another."""

from __future__ import annotations

import subprocess
import sys

from django.conf import settings


def test_a_child_of_a_test_process_has_a_home_of_its_own() -> None:
    assert settings.HOME.name.startswith("dakehu-test-")
    program = "from dakehu.config import settings_for_tests as s; print(s.HOME)"
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True).stdout
    assert other.strip() != str(settings.HOME)
    assert "dakehu-test-" in other
