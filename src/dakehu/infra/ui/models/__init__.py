from __future__ import annotations

from dakehu.infra.ui.models.views import SavedView

__all__ = ["SavedView"]
