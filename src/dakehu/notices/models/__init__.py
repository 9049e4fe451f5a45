from __future__ import annotations

from dakehu.notices.models.notices import Dispatch, Notice
from dakehu.notices.models.readers import Preference, Robot

__all__ = ["Dispatch", "Notice", "Preference", "Robot"]
