"""The timeline of an object: what the audit trail knows and what apps tell besides, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from dakehu.infra.access.api import SYSTEM, TELEPHONE, Actor
from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.ui.badges import Tone
from dakehu.infra.ui.registry import TimelineEvent, Words, timelines_of, words_of

PAGE = 12
_MOST_CHARS = 60
_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Difference:
    """One field's old and new value in words; a creation has no old one."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it is drawn."""

    at: datetime
    text: str
    by: str
    icon: str
    tone: Tone
    url: str = ""
    differences: Sequence[Difference] = ()

    @property
    def first(self) -> Sequence[Difference]:
        """What stands there at once; the `rest` is unfolded."""
        return self.differences[:_AT_ONCE]

    @property
    def rest(self) -> Sequence[Difference]:
        return self.differences[_AT_ONCE:]


@dataclass(frozen=True, slots=True)
class Timeline:
    """`before` is the key to ask for older entries with; empty: there are none."""

    entries: Sequence[Entry]
    before: str = ""


@dataclass(frozen=True, slots=True)
class TimelineKind:
    """A part of a timeline: the audit's actions that begin so, and the named sources of other apps."""

    actions: Sequence[str] = ()
    sources: Sequence[str] = ()

    @property
    def condition(self) -> Q:
        condition = Q(pk__in=[])
        for beginning in self.actions:
            condition |= Q(action__startswith=beginning)
        return condition


def timeline(
    actor: Actor, noun: str, object_id: str, *, before: str = "", kind: TimelineKind | None = None
) -> Timeline:
    """The newest entries, or those older than the entry `before`; of one kind where it is given."""
    found = AuditEntry.objects.filter(noun=noun, object_id=object_id)
    if kind is not None:
        found = found.filter(kind.condition)
    if before.isdigit():
        found = found.filter(id__lt=int(before))
    rows = list(found.order_by("-id")[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    words = words_of(noun)
    entries = [_entry(row, words) for row in rows]
    oldest = rows[-1].at if more else None
    newest = _newest_shown(noun, object_id, before)
    for name, source in timelines_of(noun).items():
        if kind is not None and name not in kind.sources:
            continue
        entries += [
            _told(event)
            for event in source(actor, object_id)
            if (oldest is None or event.at >= oldest) and (newest is None or event.at < newest)
        ]
    entries.sort(key=lambda entry: entry.at, reverse=True)
    return Timeline(entries, str(rows[-1].pk) if more else "")


def action_text(action: str, words: Words) -> str:
    """An audit action in words: the app's own, or made of the usual verbs."""
    if action in words.actions:
        return str(words.actions[action])
    verb = action.rpartition(".")[2]
    usual = {
        "create": _("Created"),
        "update": _("Changed"),
        "change": _("Changed"),
        "delete": _("Deleted"),
        "import": _("Imported"),
        "save": _("Saved"),
    }
    return usual.get(verb, action)


def actor_text(name: str) -> str:
    """Who did it, as people say it: who is no person has a name in each language."""
    match name:
        case SYSTEM.name:
            return _("the system")
        case TELEPHONE.name:
            return _("the subscriber's telephone")
    return name


def differences(changes: dict[str, Any], words: Words) -> list[Difference]:
    """The changes of an audit row in words, in the order of the noun's fields: jsonb keeps none."""
    order = {name: place for place, name in enumerate(words.fields)}
    return [
        Difference(str(words.fields.get(name, name)), _shown(words, name, old), _shown(words, name, new))
        for name, (old, new) in sorted(
            changes.items(), key=lambda item: (order.get(item[0], len(order)), item[0])
        )
        if name != "version"
    ]


def shown_value(words: Words, name: str, value: Any) -> str:
    """A stored value as people know it."""
    return _shown(words, name, value)


def _entry(row: AuditEntry, words: Words) -> Entry:
    verb = row.action.rpartition(".")[2]
    icon, tone = {
        "create": ("plus", Tone.GOOD),
        "delete": ("trash", Tone.BAD),
        "import": ("file-import", Tone.INFO),
    }.get(verb, ("pencil", Tone.NEUTRAL))
    creation = verb in {"create", "import"}
    shown = () if creation else differences(row.changes, words)
    text = f"{action_text(row.action, words)} {_part(row)}".rstrip()
    return Entry(row.at, text, actor_text(row.actor_name), icon, tone, differences=shown)


def _part(row: AuditEntry) -> str:
    """Which part of the object it was about, a contact say: its label stands behind the object's own."""
    is_part = row.action.partition(".")[0] != row.noun
    return row.label.partition("：")[2] if is_part else ""


def _told(event: TimelineEvent) -> Entry:
    return Entry(event.at, event.text, event.by, event.icon, event.tone, event.url)


def _newest_shown(noun: str, object_id: str, before: str) -> datetime | None:
    if not before.isdigit():
        return None
    return (
        AuditEntry.objects.filter(noun=noun, object_id=object_id, id=int(before))
        .values_list("at", flat=True)
        .first()
    )


def _shown(words: Words, name: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if name in words.shown:
        return str(words.shown[name](value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    text = "、".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= _MOST_CHARS else text[:_MOST_CHARS] + "…"
