"""Keeping dictionaries and posts. Neither is deleted: rows of the past show their words."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from dakehu.infra.access.api import Actor, require
from dakehu.infra.audit.api import Change, record, snapshot
from dakehu.infra.outbox.api import publish
from dakehu.infra.versions import advance
from dakehu.kernel.errors import NotFound
from dakehu.organisation.domain.errors import EntryCodeTaken, PostCodeTaken
from dakehu.organisation.domain.names import read_code, read_name
from dakehu.organisation.models import Dictionary, DictionaryEntry, Post
from dakehu.organisation.permissions import Permission
from dakehu.organisation.selectors.dictionaries import forget

_ENTRY = ("code", "label", "label_en", "order", "is_active")
_POST = ("code", "name", "name_en", "is_active")


@dataclass(frozen=True, slots=True)
class EntryDetails:
    label: str
    label_en: str = ""
    order: int = 0
    is_active: bool = True


def entry_create(*, actor: Actor, dictionary: str, code: str, details: EntryDetails) -> DictionaryEntry:
    """A new entry of the dictionary with this code; `order` 0 puts it last."""
    require(actor, Permission.DICTIONARY_CHANGE)
    with transaction.atomic():
        owner = Dictionary.objects.select_for_update().filter(code=dictionary).first()
        if owner is None:
            raise NotFound(noun="dictionary", id=dictionary)
        entry = DictionaryEntry(dictionary=owner, code=read_code(code))
        last = owner.entries.order_by("-order").first()
        _fill(entry, details, last.order + 1 if last else 1)
        try:
            with transaction.atomic():
                entry.save()
        except IntegrityError:
            raise EntryCodeTaken(field="code", entry=entry.code) from None
        return _saved(actor, "dictionary.entry_create", entry, {})


def entry_change(*, actor: Actor, entry_id: int, version: int, details: EntryDetails) -> DictionaryEntry:
    """Change label, place or whether forms offer it; the code stays."""
    require(actor, Permission.DICTIONARY_CHANGE)
    with transaction.atomic():
        entry = DictionaryEntry.objects.select_for_update().filter(pk=entry_id).first()
        if entry is None:
            raise NotFound(noun="dictionaryentry", id=str(entry_id))
        advance(entry, version)
        before = snapshot(entry, *_ENTRY)
        _fill(entry, details, entry.order)
        entry.save()
        return _saved(actor, "dictionary.entry_change", entry, before)


def post_create(*, actor: Actor, code: str, name: str, name_en: str = "") -> Post:
    require(actor, Permission.POST_CHANGE)
    with transaction.atomic():
        post = Post(code=read_code(code), name=read_name(name), name_en=name_en.strip())
        try:
            with transaction.atomic():
                post.save()
        except IntegrityError:
            raise PostCodeTaken(field="code", post=post.code) from None
        record(actor, "post.create", Change("post", post.pk, post.name, {}, snapshot(post, *_POST)))
    return post


def post_change(
    *, actor: Actor, post_id: int, version: int, name: str, name_en: str = "", is_active: bool = True
) -> Post:
    require(actor, Permission.POST_CHANGE)
    with transaction.atomic():
        post = Post.objects.select_for_update().filter(pk=post_id).first()
        if post is None:
            raise NotFound(noun="post", id=str(post_id))
        advance(post, version)
        before = snapshot(post, *_POST)
        post.name, post.name_en, post.is_active = read_name(name), name_en.strip(), is_active
        post.save()
        record(actor, "post.change", Change("post", post.pk, post.name, before, snapshot(post, *_POST)))
    return post


def _fill(entry: DictionaryEntry, details: EntryDetails, order: int) -> None:
    entry.label = read_name(details.label, "label")
    entry.label_en = details.label_en.strip()
    entry.order = details.order or order
    entry.is_active = details.is_active


def _saved(actor: Actor, action: str, entry: DictionaryEntry, before: dict[str, object]) -> DictionaryEntry:
    label = f"{entry.dictionary.name}：{entry.label}"
    record(actor, action, Change("dictionary", entry.dictionary_id, label, before, snapshot(entry, *_ENTRY)))
    publish("dictionary.changed", key=entry.dictionary.code, payload={"entry": entry.code})
    forget()
    return entry
