"""The door to the audit trail."""

from __future__ import annotations

from dakehu.infra.audit.recording import Change, record, record_many, snapshot

__all__ = ["Change", "record", "record_many", "snapshot"]
