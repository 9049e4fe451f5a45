"""What a browser says of itself, in words that people know."""

from __future__ import annotations

import re

# In this order: later names also stand in the texts of the earlier ones.
_BROWSERS = (
    (re.compile(r"MicroMessenger/(\d+)"), "WeChat"),
    (re.compile(r"QQBrowser/(\d+)"), "QQ Browser"),
    (re.compile(r"Edg\w*/(\d+)"), "Edge"),
    (re.compile(r"Firefox/(\d+)"), "Firefox"),
    (re.compile(r"Chrom\w*/(\d+)"), "Chrome"),
    (re.compile(r"Version/(\d+).*Safari"), "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def browser_name(user_agent: str) -> str:
    """Such as "Chrome 120, Windows"; what is unknown is left out, nothing known gives ""."""
    found = (f"{name} {match[1]}" for pattern, name in _BROWSERS if (match := pattern.search(user_agent)))
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    return ", ".join(filter(None, [next(found, ""), system]))
