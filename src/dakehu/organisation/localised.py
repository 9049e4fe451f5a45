"""Names in two languages: Chinese always, English where someone wrote it."""

from __future__ import annotations

from django.utils.translation import get_language


def in_english() -> bool:
    return (get_language() or "").startswith("en")


def localised(chinese: str, english: str) -> str:
    """The name in the reader's language; Chinese stands in for a missing English one."""
    return english if english and in_english() else chinese
