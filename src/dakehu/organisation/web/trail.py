"""The audit trail and the outbox's parked deliveries."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dakehu.infra.access.api import Actor, access_one
from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.outbox.models import Delivery
from dakehu.infra.ui.api import (
    BulkAction,
    Button,
    Column,
    CustomFilter,
    DateFilter,
    EmptyState,
    Fact,
    Kind,
    ListSpec,
    Record,
    Tab,
    TextFilter,
    actor_of,
    go_to,
    list_view,
    page,
    record_page,
)
from dakehu.infra.ui.records.timeline import action_text, differences
from dakehu.infra.ui.registry import all_words, words_of
from dakehu.organisation.permissions import Permission
from dakehu.organisation.selectors.units import unit_names
from dakehu.organisation.services.deliveries import delivery_send_again


def _what(entry: AuditEntry) -> str:
    return action_text(entry.action, words_of(entry.noun))


def _changes(entry: AuditEntry) -> str:
    shown = differences(entry.changes, words_of(entry.noun))
    text = "；".join(f"{each.label} {each.old or '–'} → {each.new or '–'}" for each in shown)
    return text if len(text) <= 120 else text[:120] + "…"


def _nouns(_actor: Actor) -> forms.Field:
    """All nouns that have words: asking the trail itself which it holds would read all of it."""
    known = sorted(((words.noun, str(words.label)) for words in all_words()), key=lambda pair: pair[1])
    return forms.ChoiceField(choices=[("", gettext_lazy("Object")), *known])


AUDIT: ListSpec[AuditEntry] = ListSpec(
    name="organisation.audit",
    noun="audit",
    title=gettext_lazy("Audit trail"),
    queryset=lambda _actor: AuditEntry.objects.all(),
    permission=Permission.AUDIT_VIEW,
    columns=[
        Column("at", gettext_lazy("When"), Kind.MOMENT, sort="id", width="9rem"),
        Column("actor_name", gettext_lazy("Who")),
        Column("noun", gettext_lazy("Object"), value=lambda entry: words_of(entry.noun).label),
        Column("label", gettext_lazy("Name"), Kind.LINK, value=lambda entry: entry.label or entry.object_id),
        Column("action", gettext_lazy("What"), value=_what),
        Column("changes", gettext_lazy("Old → new"), value=_changes),
        Column("object_id", gettext_lazy("Object number"), Kind.CODE, shown=False),
        Column("correlation_id", gettext_lazy("Correlation id"), Kind.CODE, shown=False),
    ],
    sort="-at",
    filters=[
        TextFilter("who", gettext_lazy("Who"), path="actor_name"),
        CustomFilter(
            "noun",
            gettext_lazy("Object"),
            field=_nouns,
            apply=lambda entries, noun: entries.filter(noun=noun),
        ),
        DateFilter("at", gettext_lazy("When"), quick=True),
        TextFilter("object", gettext_lazy("Object number"), path="object_id", lookup="exact", quick=False),
        TextFilter(
            "correlation", gettext_lazy("Correlation id"), path="correlation_id", lookup="exact", quick=False
        ),
        TextFilter("action", gettext_lazy("Action"), lookup="startswith", quick=False),
    ],
    search=lambda entries, text: entries.filter(label__icontains=text),
    search_hint=gettext_lazy("Name of the object"),
    row_url=lambda entry: reverse("organisation-audit-record", args=[entry.pk]),
    empty=EmptyState(
        gettext_lazy("Nothing has been written yet"),
        gettext_lazy("Every write leaves a line here: who, when, from which value to which."),
        icon="history",
    ),
)
audit_list = list_view(AUDIT)


@page(Permission.AUDIT_VIEW, methods=("GET",))
def audit_record(request: HttpRequest, pk: int) -> HttpResponse:
    entry = access_one(AuditEntry.objects.all(), actor_of(request), pk, Permission.AUDIT_VIEW)
    words = words_of(entry.noun)
    together = f"{reverse('organisation-audit-list')}?correlation={entry.correlation_id}"
    facts = [
        Fact(_("When"), entry.at, Kind.MOMENT),
        Fact(_("Who"), entry.actor_name),
        Fact(_("Object"), words.label),
        Fact(_("Name"), entry.label, url=words.url(entry.object_id) if words.url else ""),
        Fact(_("Object number"), entry.object_id, Kind.CODE),
        Fact(_("Unit"), unit_names(entry.org_path)),
        Fact(_("Action"), entry.action, Kind.CODE),
        Fact(_("Correlation id"), entry.correlation_id, Kind.CODE, url=together),
    ]
    context = {"facts": facts, "differences": differences(entry.changes, words)}
    record = Record(
        noun="audit",
        object_id=entry.pk,
        title=f"{words.label} {entry.label or entry.object_id}",
        subtitle=_what(entry),
        tabs=[Tab("entry", _("Entry"), "organisation/audit_entry.html", context)],
        back=(_("Audit trail"), reverse("organisation-audit-list")),
        has_timeline=False,
    )
    return record_page(request, record)


def _parked(_actor: Actor) -> QuerySet[Delivery]:
    return Delivery.objects.filter(state=Delivery.State.PARKED).select_related("event")


def _again(actor: Actor, delivery: Delivery, _values: dict[str, Any]) -> None:
    delivery_send_again(actor=actor, delivery_id=delivery.pk)


OUTBOX: ListSpec[Delivery] = ListSpec(
    name="organisation.outbox",
    noun="delivery",
    title=gettext_lazy("Parked deliveries"),
    note=gettext_lazy("News that a part of the system failed to take twelve times in a row."),
    queryset=_parked,
    permission=Permission.OUTBOX_VIEW,
    scoped=False,
    columns=[
        Column("topic", gettext_lazy("Event"), Kind.LINK, value=lambda delivery: delivery.event.topic),
        Column("key", gettext_lazy("Key"), Kind.CODE, value=lambda delivery: delivery.event.key),
        Column("consumer", gettext_lazy("Consumer"), sort="consumer"),
        Column("at", gettext_lazy("Since"), Kind.MOMENT, sort="id", value=lambda delivery: delivery.event.at),
        Column("error", gettext_lazy("Fault"), value=lambda delivery: delivery.error.strip()[-120:]),
    ],
    sort="-at",
    filters=[TextFilter("consumer", gettext_lazy("Consumer"), lookup="startswith")],
    row_url=lambda delivery: reverse("organisation-outbox-record", args=[delivery.pk]),
    bulk=[
        BulkAction(
            "again",
            gettext_lazy("Send again"),
            _again,
            permission=Permission.OUTBOX_SEND,
            icon="refresh",
            question=gettext_lazy("Send %(count)s deliveries again?"),
        )
    ],
    empty=EmptyState(
        gettext_lazy("Nothing is parked"),
        gettext_lazy("Every event has reached whom it is for."),
        icon="circle-check",
    ),
)
outbox_list = list_view(OUTBOX)


@page(Permission.OUTBOX_VIEW, methods=("GET",))
def outbox_record(request: HttpRequest, pk: int) -> HttpResponse:
    delivery = get_object_or_404(Delivery.objects.select_related("event"), pk=pk)
    event = delivery.event
    facts = [
        Fact(_("Event"), event.topic, Kind.CODE),
        Fact(_("Key"), event.key, Kind.CODE),
        Fact(_("Consumer"), delivery.consumer, Kind.CODE),
        Fact(_("Since"), event.at, Kind.MOMENT),
        Fact(_("Attempts"), delivery.attempts, Kind.NUMBER),
        Fact(_("Correlation id"), event.correlation_id, Kind.CODE),
        Fact(_("Fault"), delivery.error.strip()),
    ]
    again = Button(
        _("Send again"),
        reverse("organisation-outbox-again", args=[pk]),
        "refresh",
        Permission.OUTBOX_SEND,
        is_primary=True,
        post=True,
    )
    record = Record(
        noun="delivery",
        object_id=pk,
        title=f"{event.topic} → {delivery.consumer}",
        tabs=[Tab("facts", _("Delivery"), "organisation/facts.html", {"facts": facts})],
        buttons=[again] if delivery.state == Delivery.State.PARKED else [],
        back=(_("Parked deliveries"), reverse("organisation-outbox-list")),
    )
    return record_page(request, record)


@page(Permission.OUTBOX_SEND, methods=("POST",))
def outbox_again(request: HttpRequest, pk: int) -> HttpResponse:
    delivery_send_again(actor=actor_of(request), delivery_id=pk)
    return go_to(request, reverse("organisation-outbox-list"))
