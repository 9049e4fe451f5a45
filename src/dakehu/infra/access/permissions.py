"""The register of permissions: every app adds its enumeration with a label per member."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from django.utils.functional import Promise

P = TypeVar("P", bound=StrEnum)

_registered: dict[str, str | Promise] = {}


def register_permissions(labels: Mapping[P, str | Promise]) -> None:
    """Make an app's permissions known to the role page; called from `AppConfig.ready`."""
    for permission, label in labels.items():
        if permission.count(".") != 1:
            raise ValueError(f"{permission} is not of the form noun.verb")
        _registered[str(permission)] = label


def permission_label(permission: str) -> str | Promise:
    """The permission in words, its name where no app has registered it."""
    return _registered.get(permission, permission)


def all_permissions() -> dict[str, str | Promise]:
    """Every permission with its label, by name."""
    return dict(sorted(_registered.items()))
