"""Pages of what callers of a VPN, a Centrex group or a line hear."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from dakehu.infra.ui.api import FormPage, actor_of, form_page, page
from dakehu.kernel.errors import NotFound
from dakehu.ringback.domain.choice import Owner
from dakehu.ringback.hooks import OwnerFacts, owner_facts
from dakehu.ringback.models import OwnerTones, Tone
from dakehu.ringback.permissions import RingbackPermission
from dakehu.ringback.selectors.tones import choosable, owner_tones
from dakehu.ringback.services.settings import owner_tones_set
from dakehu.ringback.web.forms import SettingsForm
from dakehu.ringback.web.words import STATES, callers_text, hours_text

_TABS = {Owner.VPN: "vpn-tones", Owner.GROUP: "group-tones", Owner.LINE: "line-tones"}


@page(RingbackPermission.VIEW, methods=("GET",))
def vpn_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The tab on a VPN's record."""
    return _panel(request, Owner.VPN, pk)


@page(RingbackPermission.VIEW, methods=("GET",))
def group_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The tab on a Centrex group's record."""
    return _panel(request, Owner.GROUP, pk)


@page(RingbackPermission.VIEW, methods=("GET",))
def line_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The tab on a line's record: its subscriber's personal tones."""
    return _panel(request, Owner.LINE, pk)


@page(RingbackPermission.CHANGE, methods=("GET", "POST"))
def settings_edit(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Set what the owner's callers hear, by time of day, day of week and caller."""
    actor = actor_of(request)
    if kind not in set(Owner):
        raise NotFound(noun="tones", id=kind)
    owner = Owner(kind)
    facts = owner_facts(actor, owner, pk)
    row = owner_tones(owner, pk)
    tones = list(choosable(facts.customer_id, _named(row)))
    form = SettingsForm(request.POST or None, kind=owner, tones=tones, row=row)

    def save(values: dict[str, Any]) -> str:
        owner_tones_set(
            actor=actor, kind=owner, owner_id=pk, settings=form.settings(), version=values["version"] or 0
        )
        return _place(owner, facts)

    shown = FormPage(
        title=_("Ring-back tones of %(owner)s") % {"owner": facts.name},
        form=form,
        groups=form.groups(),
        note=_("The first rule that fits the time and the caller counts, then the usual tone. "
               "A tone that waits for its review may be chosen; it sounds once it is approved."),
        back=_place(owner, facts),
        done=_("Saved; calls follow within seconds."),
        noun=kind,
    )  # fmt: skip
    return form_page(request, shown, save)


def _panel(request: HttpRequest, kind: Owner, pk: int) -> HttpResponse:
    actor = actor_of(request)
    facts = owner_facts(actor, kind, pk)
    row = owner_tones(kind, pk)
    context = {
        "facts": facts,
        "is_company": kind is not Owner.LINE,
        "row": row,
        "default": _shown(row.default) if row is not None and row.default is not None else None,
        "rules": _rules(row) if row is not None else [],
        "tones_url": f"{reverse('ringback-tone-create')}?customer={facts.customer_id}",
        "change_url": reverse("ringback-owner-change", args=[kind, pk]),
        "may_change": actor.may(RingbackPermission.CHANGE),
    }
    return render(request, "ringback/owner_panel.html", context)


def _rules(row: OwnerTones) -> list[dict[str, object]]:
    rows = sorted(row.rules.all(), key=lambda rule: rule.rank)
    return [
        {**_shown(rule.tone), "hours": hours_text(value.periods), "callers": callers_text(value.callers)}
        for rule, value in ((rule, rule.value()) for rule in rows)
    ]


def _shown(tone: Tone) -> dict[str, object]:
    return {"tone": tone, "badge": STATES[tone.state]}


def _named(row: OwnerTones | None) -> set[int]:
    if row is None:
        return set()
    return {rule.tone_id for rule in row.rules.all()} | ({row.default_id} if row.default_id else set())


def _place(kind: Owner, facts: OwnerFacts) -> str:
    return f"{facts.url}?tab={_TABS[kind]}"
