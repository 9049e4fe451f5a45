"""Names in two languages: Chinese always, English where someone wrote it."""

from __future__ import annotations

from django.utils.translation import get_language


def localised(chinese: str, english: str) -> str:
    """The name in the reader's language; Chinese stands in for a missing English one."""
    return english if english and (get_language() or "").startswith("en") else chinese
