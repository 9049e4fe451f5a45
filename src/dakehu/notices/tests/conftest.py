from __future__ import annotations

from dakehu.notices.tests.servers import group, post

__all__ = ["group", "post"]
