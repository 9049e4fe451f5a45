"""The examples of a document, run as its readers run them: by a shell, one after the other."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DOCUMENTED = "http://127.0.0.1:8000"
"""The address that documents write."""
_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
_PATIENCE_S = 60


@dataclass(frozen=True, slots=True)
class Ran:
    """A command, its HTTP status and what it answered."""

    command: str
    status: int
    body: Any


def commands(document: Path) -> Iterator[str]:
    """Each `curl` of the document's shell examples, with the lines that belong to it."""
    for block in _BLOCK.findall(document.read_text()):
        yield from (
            part.strip() for part in re.split(r"^(?=curl )", block, flags=re.MULTILINE) if part.strip()
        )


def run(command: str, address: str, given: Mapping[str, str], swapped: Mapping[str, str]) -> Ran:
    """Run it against `address`, with `given` in the shell's environment and `swapped` in its text."""
    text = command
    for old, new in {DOCUMENTED: address, **swapped, "curl -s": r"curl -s -w '\n%{http_code}'"}.items():
        text = text.replace(old, new)
    done = subprocess.run(
        ["bash", "-euc", text],
        env=os.environ | given,
        capture_output=True,
        text=True,
        timeout=_PATIENCE_S,
        check=True,
    )
    body, _line, status = done.stdout.rpartition("\n")
    return Ran(command, int(status), json.loads(body) if body else None)
