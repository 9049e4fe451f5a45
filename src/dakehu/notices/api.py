"""The door to notices: kinds, who may see what they are about, and what falls due by the clock."""

from __future__ import annotations

from dakehu.notices.kinds import Draft, Kind, register_kind, register_sight, register_watch, sight_by

__all__ = ["Draft", "Kind", "register_kind", "register_sight", "register_watch", "sight_by"]
