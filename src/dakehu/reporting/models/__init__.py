from __future__ import annotations

from dakehu.reporting.models.lake import LakeFile

__all__ = ["LakeFile"]
