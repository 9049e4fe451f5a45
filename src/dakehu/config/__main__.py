"""`python -m dakehu.config COMMAND` is `dakehu COMMAND` where the script is not on the path."""

from __future__ import annotations

from dakehu.config.cli import main

main()
