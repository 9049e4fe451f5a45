"""Style sheets and scripts: every file that a page names is there, and colours can be read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles import finders

KIT = Path(__file__).parent.parent / "static" / "ui"
NAMED = re.compile(r"""{%\s*static\s+['"]([^'"]+)['"]""")
SHEET = (KIT / "kit.css").read_text()

PAIRS = [
    *[(ink, paper) for ink in ("text", "muted", "faint", "accent") for paper in ("bg", "raised", "sunken")],
    *[(tone, f"{tone}-soft") for tone in ("good", "warn", "bad", "info")],
    *[
        (tone, paper)
        for tone in ("good", "warn", "bad", "info", "up", "down")
        for paper in ("raised", "hover")
    ],
    ("text", "accent-soft"),
    ("accent", "accent-soft"),
]


def _templates() -> list[Path]:
    ours = [config for config in apps.get_app_configs() if config.name.startswith("dakehu.")]
    return [path for config in ours for path in Path(config.path).rglob("templates/**/*.html")]


def test_every_file_that_a_template_names_is_found() -> None:
    if not (settings.NODE_MODULES / "htmx.org").is_dir():
        pytest.skip("the front-end packages are not installed (scripts/assets)")
    named = {name for path in _templates() for name in NAMED.findall(path.read_text())}
    assert "ui/kit.css" in named
    assert not {name for name in named if not finders.find(name)}


def test_nothing_is_fetched_from_elsewhere() -> None:
    for path in [*KIT.glob("*.css"), *KIT.glob("*.js"), *_templates()]:
        text = path.read_text().replace("http://www.w3.org/", "")
        assert "https://" not in text, path
        assert not re.search(r"""(src|href)=["']//""", text), path


def test_the_lock_names_no_registry() -> None:
    lock = (settings.ROOT / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert '"integrity"' in lock


def _shades(theme: str) -> Mapping[str, str]:
    block = re.search(rf'\[data-bs-theme="{theme}"\] {{\n(?P<body>.*?)\n}}', SHEET, re.DOTALL)
    assert block
    return dict(re.findall(r"--dk-([\w-]+): (#[0-9a-f]{6});", block["body"]))


def _luminance(shade: str) -> float:
    parts = [int(shade[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "paper"), PAIRS)
def test_contrast_is_enough_for_small_text(theme: str, ink: str, paper: str) -> None:
    """WCAG 2.1 AA: 4.5 to 1."""
    shades = _shades(theme)
    light, dark = sorted((_luminance(shades[ink]), _luminance(shades[paper])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5, f"{shades[ink]} on {shades[paper]}"
