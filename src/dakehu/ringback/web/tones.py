"""Pages of tones: listen, upload, review."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dakehu.customers.api import customer_get
from dakehu.infra.ui.api import (
    Button,
    Fact,
    FormPage,
    Kind,
    Record,
    Tab,
    actor_of,
    actor_text,
    form_page,
    go_to,
    list_view,
    page,
    record_page,
)
from dakehu.ringback.domain.review import TONE_STATES, ToneEvent, ToneState
from dakehu.ringback.models import Tone
from dakehu.ringback.permissions import RingbackPermission
from dakehu.ringback.selectors.tones import tone_get, tone_sound, tones_for
from dakehu.ringback.services.tones import tone_approve, tone_refuse, tone_upload, tone_withdraw
from dakehu.ringback.web.forms import ReasonForm, UploadForm
from dakehu.ringback.web.lists import REVIEW, TONES
from dakehu.ringback.web.words import STATES, seconds_text

_CUSTOMERS_TONES = 100

tone_list = list_view(TONES)
tone_review = list_view(REVIEW)


@page(RingbackPermission.VIEW, methods=("GET",))
def tone_record(request: HttpRequest, pk: int) -> HttpResponse:
    """One tone: to be heard, and what became of it."""
    tone = tone_get(actor_of(request), pk)
    shown = {"tone": tone, "facts": _facts(tone)}
    return record_page(
        request,
        Record(
            noun="tone",
            object_id=tone.pk,
            title=tone.name,
            subtitle=tone.customer.name,
            badges=[STATES[tone.state]],
            buttons=_buttons(tone),
            tabs=[Tab("tone", pgettext("ringback", "Tone"), "ringback/tone.html", shown)],
            back=(_("Ring-back tones"), reverse("ringback-tone-list")),
        ),
    )


@page(RingbackPermission.VIEW, methods=("GET",))
def tone_play(request: HttpRequest, pk: int) -> HttpResponse:
    """The sound itself, for whoever may see the tone."""
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}
    return HttpResponse(tone_sound(actor_of(request), pk), content_type="audio/wav", headers=headers)


@page(RingbackPermission.CHANGE, methods=("GET", "POST"))
def tone_new(request: HttpRequest) -> HttpResponse:
    """A tone of `?customer=`, or of the one that is chosen."""
    actor = actor_of(request)
    initial = {"customer": request.GET.get("customer", "")}
    form = UploadForm(request.POST or None, request.FILES or None, initial=initial)

    def save(values: dict[str, Any]) -> str:
        customer = int(values["customer"] or 0)
        tone = tone_upload(actor=actor, customer_id=customer, name=values["name"], upload=values["file"])
        return reverse("ringback-tone-record", args=[tone.pk])

    shown = FormPage(
        title=_("Upload a tone"),
        form=form,
        submit=_("Upload and check"),
        note=_("The customer answers for the rights in the sound. Nobody hears it before it is approved."),
        back=reverse("ringback-tone-list"),
        done=_("The sound is good for a telephone. It waits for its review now."),
        noun="tone",
    )
    return form_page(request, shown, save)


@page(RingbackPermission.REVIEW, methods=("POST",))
def tone_approve_now(request: HttpRequest, pk: int) -> HttpResponse:
    tone_approve(actor=actor_of(request), tone_id=pk)
    messages.success(request, _("Approved; callers hear it within seconds where it is set."))
    return go_to(request, reverse("ringback-review-list"))


@page(RingbackPermission.REVIEW, methods=("GET", "POST"))
def tone_refuse_form(request: HttpRequest, pk: int) -> HttpResponse:
    back = reverse("ringback-review-list")
    return _reason_page(request, pk, tone_refuse, _("Refuse %(tone)s"), _("Refused."), back)


@page(RingbackPermission.CHANGE, methods=("GET", "POST"))
def tone_withdraw_form(request: HttpRequest, pk: int) -> HttpResponse:
    back = reverse("ringback-tone-record", args=[pk])
    done = _("Withdrawn; from the next call on nobody hears it.")
    return _reason_page(request, pk, tone_withdraw, _("Withdraw %(tone)s"), done, back)


@page(RingbackPermission.VIEW, methods=("GET",))
def customer_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The tab on a customer's record: its tones, the newest."""
    actor = actor_of(request)
    customer = customer_get(actor, pk)
    rows = tones_for(actor, customer_id=customer.pk).order_by("-uploaded_at", "-pk")[:_CUSTOMERS_TONES]
    tones = [{"tone": row, "badge": STATES[row.state], "length": seconds_text(row.seconds)} for row in rows]
    may_change = actor.may(RingbackPermission.CHANGE)
    context = {"tones": tones, "customer": customer, "may_change": may_change}
    return render(request, "ringback/customer_panel.html", context)


def _reason_page(
    request: HttpRequest, pk: int, act: Callable[..., Tone], title: str, done: str, then: str
) -> HttpResponse:
    actor = actor_of(request)
    tone = tone_get(actor, pk)

    def save(values: dict[str, Any]) -> str:
        act(actor=actor, tone_id=pk, reason=values["reason"])
        return then

    shown = FormPage(
        title=title % {"tone": tone.name},
        form=ReasonForm(request.POST or None),
        note=_("Whoever uploaded the tone reads the reason."),
        back=reverse("ringback-tone-record", args=[pk]),
        done=done,
        noun="tone",
    )
    return form_page(request, shown, save)


def _facts(tone: Tone) -> list[Fact]:
    return [
        Fact(
            _("Customer"),
            tone.customer.name,
            url=reverse("customers-customer-record", args=[tone.customer_id]),
        ),
        Fact(_("Length"), seconds_text(tone.seconds)),
        Fact(_("Uploaded by"), actor_text(tone.uploaded_by)),
        Fact(_("Uploaded"), tone.uploaded_at, Kind.MOMENT),
        Fact(_("Decided by"), actor_text(tone.decided_by)),
        Fact(_("Decided"), tone.decided_at, Kind.MOMENT),
        Fact(_("Reason"), tone.reason),
        Fact(_("Digest of the sound"), tone.digest[:16], Kind.CODE),
    ]


def _buttons(tone: Tone) -> list[Button]:
    events = TONE_STATES.events(ToneState(tone.state))
    review, change = RingbackPermission.REVIEW, RingbackPermission.CHANGE
    found = {
        ToneEvent.APPROVE: Button(
            pgettext("tone", "Approve"),
            reverse("ringback-tone-approve", args=[tone.pk]),
            "check",
            review,
            is_primary=True,
            post=True,
        ),
        ToneEvent.REFUSE: Button(
            pgettext("tone", "Refuse"),
            reverse("ringback-tone-refuse", args=[tone.pk]),
            "x",
            review,
            dialog=True,
        ),
        ToneEvent.WITHDRAW: Button(
            pgettext("tone", "Withdraw"),
            reverse("ringback-tone-withdraw", args=[tone.pk]),
            "archive",
            change,
            dialog=True,
            is_dangerous=True,
        ),
    }
    return [button for event, button in found.items() if event in events]
