"""The door to imports: what an app declares, and the parsers for its columns.

register_import(ImportSpec(name="customers", noun="customer", …))    # in AppConfig.ready
"""

from __future__ import annotations

from dakehu.infra.importing.domain import parsers
from dakehu.infra.importing.domain.parsers import Parser
from dakehu.infra.importing.specs import (
    CLEAN,
    Duplicate,
    Finding,
    ImportColumn,
    ImportSpec,
    Made,
    Outcome,
    register_import,
    spec_of,
    specs_for,
)

__all__ = [
    "CLEAN",
    "Duplicate",
    "Finding",
    "ImportColumn",
    "ImportSpec",
    "Made",
    "Outcome",
    "Parser",
    "parsers",
    "register_import",
    "spec_of",
    "specs_for",
]
