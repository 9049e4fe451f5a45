"""`python -m dakehu.infra.backups.lmdbcopy SOURCE TARGET`: a consistent copy of an LMDB file in use.

A process of its own, because LMDB must not be opened twice in one, and the caller may have it open.
"""

from __future__ import annotations

import os
import sys

import lmdb


def copy(source: str, target: str) -> None:
    environment = lmdb.open(source, subdir=False, readonly=True, create=False)
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            environment.copyfd(descriptor)
        finally:
            os.close(descriptor)
    finally:
        environment.close()


if __name__ == "__main__":
    copy(sys.argv[1], sys.argv[2])
