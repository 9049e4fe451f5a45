"""Catalogues without the gettext programs: extraction, completeness and compilation by Babel.

Sentences are written in English in code and templates, so English is complete when no msgid holds Chinese;
Chinese is complete when each app's `locale/zh_Hans` translates every sentence of that app. `.mo` files
are made at set-up and are not kept in the repository.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.apps import apps
from django.utils.translation.reloader import translation_file_changed
from django.utils.translation.template import templatize

LOCALE = "zh_Hans"
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_CHINESE = re.compile(r"[㐀-鿿＀-￯]")
_DATES = re.compile(
    rb'^"(POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Language-Team'
    rb"|Report-Msgid-Bugs-To).*\n",
    re.MULTILINE,
)  # what changes without the text changing
_HEADER = "# The Chinese of this part of Dakehu."
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


@dataclass(frozen=True, slots=True)
class AppMessages:
    """One app's sentences; `others` are the folders inside its `folder` that are apps themselves."""

    label: str
    folder: Path
    others: tuple[Path, ...]

    @property
    def po(self) -> Path:
        return self.folder / "locale" / LOCALE / "LC_MESSAGES" / "django.po"

    def sources(self) -> Iterator[Path]:
        for path in sorted(
            [*self.folder.rglob("*.py"), *self.folder.rglob("*.html"), *self.folder.rglob("*.txt")]
        ):
            skipped = {"migrations", "tests", "locale"} & set(path.relative_to(self.folder).parts)
            if not skipped and not any(path.is_relative_to(other) for other in self.others):
                yield path

    def extracted(self) -> Catalog:
        """The app's sentences as the code has them now, with the files they stand in."""
        catalog = Catalog(fuzzy=False)
        for path in self.sources():
            for _line, ids, comments, context in extract("python", _as_python(path), keywords=KEYWORDS):
                place = (str(path.relative_to(self.folder)), 0)
                catalog.add(ids, locations=[place], auto_comments=comments, context=context)
        return catalog

    def translated(self) -> Catalog:
        if not self.po.exists():
            return Catalog(locale=LOCALE, fuzzy=False)
        with self.po.open("rb") as file:
            return read_po(file, locale=LOCALE)


def our_apps() -> list[AppMessages]:
    """Every installed app of Dakehu."""
    ours = [config for config in apps.get_app_configs() if config.name.startswith("dakehu.")]
    folders = {config.label: Path(config.path) for config in ours}
    return [
        AppMessages(
            label, folder, tuple(o for o in folders.values() if o != folder and o.is_relative_to(folder))
        )
        for label, folder in sorted(folders.items())
    ]


def update(app: AppMessages) -> int:
    """Bring the app's catalogue up to date with its code; how many sentences still lack Chinese."""
    found, known = app.extracted(), app.translated()
    merged = Catalog(locale=LOCALE, project="Dakehu", header_comment=_HEADER, fuzzy=False)
    for message in found:
        if message.id:
            old = known.get(_key(message), message.context)
            places = sorted({place for place, _line in message.locations})
            merged.add(
                message.id,
                old.string if old else None,
                locations=[(place, 0) for place in places],
                context=message.context,
            )
    if len(merged):
        app.po.parent.mkdir(parents=True, exist_ok=True)
        with io.BytesIO() as buffer:
            write_po(buffer, merged, include_lineno=False, sort_output=True, width=110)
            text = _DATES.sub(b"", buffer.getvalue())
        app.po.write_bytes(text)
    return sum(1 for message in merged if message.id and not _is_translated(message))


def faults(app: AppMessages) -> Iterator[str]:
    """Each sentence that is missing, untranslated, mismatched in its placeholders or written in Chinese."""
    known = app.translated()
    for message in app.extracted():
        if not message.id:
            continue
        sentence = _key(message)
        if _CHINESE.search(sentence):
            yield f"{app.label}: the msgid {sentence!r} is not English"
        translation = known.get(sentence, message.context)
        if translation is None or not _is_translated(translation):
            yield f"{app.label}: {sentence!r} has no Chinese"
        elif translation.fuzzy or _placeholders(message) != _placeholders(translation, of_string=True):
            yield f"{app.label}: the Chinese of {sentence!r} does not fit its placeholders"


def compile_all() -> None:
    """Write each app's `.mo` where it is older than its `.po`; what was read of it is forgotten."""
    for app in our_apps():
        mo = app.po.with_suffix(".mo")
        if app.po.exists() and (not mo.exists() or mo.stat().st_mtime < app.po.stat().st_mtime):
            written = mo.with_suffix(f".{os.getpid()}")
            with written.open("wb") as file:
                write_mo(file, app.translated())
            written.replace(mo)  # whole or not at all: others may be reading
            translation_file_changed(None, mo)


def _as_python(path: Path) -> io.BytesIO:
    text = path.read_text()
    if path.suffix != ".py":
        text = "\n".join(line.strip() for line in templatize(text, origin=str(path)).splitlines())
    return io.BytesIO(text.encode())


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _is_translated(message: Message) -> bool:
    return all(_forms(message.string))


def _placeholders(message: Message, *, of_string: bool = False) -> set[str]:
    """The placeholders of the fullest form: a singular may leave the number out."""
    return set(_PLACEHOLDER.findall(_forms(message.string if of_string else message.id)[-1]))


def _forms(text: object) -> list[str]:
    """The singular alone, or singular and plurals; one empty form where there is nothing."""
    forms = [text] if isinstance(text, str) else list(text) if isinstance(text, (list, tuple)) else []
    return forms or [""]
