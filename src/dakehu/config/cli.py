"""The `dakehu` command: every management command by its name."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dakehu.config.settings")
    execute_from_command_line(["dakehu", *sys.argv[1:]])
