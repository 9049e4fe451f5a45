from __future__ import annotations

from dakehu.organisation.models.people import Post, Role, User
from dakehu.organisation.models.tree import OrgUnit

__all__ = ["OrgUnit", "Post", "Role", "User"]
