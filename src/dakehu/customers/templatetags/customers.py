"""Filters of the customers' templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html

register = template.Library()


@register.filter
def at(values: Mapping[Any, Any], key: Any) -> Any:
    """The value under a key, or under the key as text."""
    return values.get(key, values.get(str(key), ""))


@register.filter
def or_none(value: Any) -> Any:
    """The value, or the dash that stands for nothing."""
    return value or format_html('<span class="dk-none">{}</span>', "–")
