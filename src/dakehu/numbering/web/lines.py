"""Pages of lines: state, suspension, telephone account."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from dakehu.infra.ui.api import (
    Button,
    Fact,
    FormPage,
    Kind,
    Record,
    Tab,
    actor_of,
    form_page,
    go_to,
    list_view,
    page,
    record_page,
)
from dakehu.numbering.domain.lines import LINE_STATES, LineEvent, LineStatus, SuspensionReason
from dakehu.numbering.models import Line
from dakehu.numbering.permissions import LinePermission
from dakehu.numbering.selectors.lines import line_get
from dakehu.numbering.services.lines import line_cease, line_change, line_resume, line_suspend
from dakehu.numbering.services.telephones import telephone_issue
from dakehu.numbering.web.forms import LineForm, SuspendForm
from dakehu.numbering.web.lists import LINES
from dakehu.numbering.web.services import services_tab
from dakehu.numbering.web.webphone import webphone_tab
from dakehu.numbering.web.words import kind_label, line_badge, rights_label

line_list = list_view(LINES)


@page(LinePermission.VIEW, methods=("GET",))
def line_record(request: HttpRequest, pk: int) -> HttpResponse:
    """One line: whose, where, in what state, with which telephone."""
    actor = actor_of(request)
    line = line_get(actor, pk)
    return record_page(
        request,
        Record(
            noun="line",
            object_id=line.pk,
            title=line.public_number_id,
            subtitle=line.customer.name,
            badges=[line_badge(line.status)],
            tabs=[
                Tab(
                    "line",
                    pgettext_lazy("voice", "Line"),
                    "numbering/line_facts.html",
                    {"facts": _facts(line)},
                ),
                services_tab(line, may_change=actor.may(LinePermission.CHANGE)),
                webphone_tab(line, may_change=actor.may(LinePermission.CHANGE)),
            ],
            buttons=_buttons(line),
            back=(pgettext_lazy("voice", "Lines"), reverse("numbering-line-list")),
        ),
    )


def _facts(line: Line) -> list[Fact]:
    account = getattr(line, "sip_account", None)
    return [
        Fact(
            _("Customer"),
            line.customer.name,
            url=reverse("customers-customer-record", args=[line.customer_id]),
        ),
        Fact(pgettext_lazy("voice", "User"), line.user_name),
        Fact(pgettext_lazy("voice", "Kind"), kind_label(line.kind)),
        Fact(
            pgettext_lazy("voice", "Exchange"),
            line.exchange.name,
            url=reverse("numbering-exchange-record", args=[line.exchange_id]),
        ),
        Fact(_("Call rights outside a group"), rights_label(line.rights_level)),
        Fact(_("Special services"), line.rights_special, Kind.YES_NO),
        Fact(_("Telephone account"), account.username if account else None, Kind.CODE),
        Fact(_("Password given out"), account.renewed_at if account else None, Kind.MOMENT),
        Fact(pgettext_lazy("voice", "Opened"), line.opened_at, Kind.MOMENT),
        *([Fact(_("Ceased on"), line.ceased_at, Kind.MOMENT)] if line.ceased_at else []),
    ]


def _buttons(line: Line) -> list[Button]:
    """What the line's state lets be done."""
    change, status = LinePermission.CHANGE, LineStatus(line.status)
    found: list[Button] = []
    if LINE_STATES.is_final(status):
        return found
    found.append(
        Button(
            pgettext_lazy("voice", "Change"),
            reverse("numbering-line-change", args=[line.pk]),
            "pencil",
            change,
        )
    )
    if LINE_STATES.allows(status, LineEvent.RESUME):
        url = reverse("numbering-line-resume", args=[line.pk])
        found.append(
            Button(pgettext_lazy("voice", "Resume"), url, "player-play", change, is_primary=True, post=True)
        )
    else:
        found.append(
            Button(
                pgettext_lazy("voice", "Suspend"),
                reverse("numbering-line-suspend", args=[line.pk]),
                "phone-off",
                change,
            )
        )
    found.append(
        Button(
            _("New telephone password"),
            reverse("numbering-line-telephone", args=[line.pk]),
            "key",
            change,
            post=True,
            question=_("Make a new password? A telephone with the old one stops working."),
        )
    )
    found.append(
        Button(
            pgettext_lazy("voice", "Cease"),
            reverse("numbering-line-cease", args=[line.pk]),
            "trash",
            change,
            is_dangerous=True,
            post=True,
            question=_("Cease the line? Its number rests before it can be used again."),
        )
    )
    return found


@page(LinePermission.CHANGE, methods=("GET", "POST"))
def line_edit(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    line = line_get(actor, pk)
    initial = {
        "user_name": line.user_name,
        "rights_level": line.rights_level,
        "rights_special": line.rights_special,
    }

    def save(values: dict[str, Any]) -> str:
        line_change(actor=actor, line_id=pk, **values)
        return _place_of(pk)

    form = LineForm(request.POST or None, initial=initial)
    shown = FormPage(
        title=line.public_number_id, form=form, back=_place_of(pk), done=_("Saved."), noun="line"
    )
    return form_page(request, shown, save)


@page(LinePermission.CHANGE, methods=("GET", "POST"))
def line_suspend_form(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    line = line_get(actor, pk)

    def save(values: dict[str, Any]) -> str:
        line_suspend(actor=actor, line_id=pk, reason=SuspensionReason(values["reason"]))
        return _place_of(pk)

    shown = FormPage(
        title=_("Suspend %(number)s") % {"number": line.public_number_id},
        form=SuspendForm(request.POST or None),
        note=_("A suspended line can make no call, neither inside its group nor outside."),
        submit=pgettext_lazy("voice", "Suspend"),
        back=_place_of(pk),
        done=_("The line is suspended; its telephone can make no call within seconds."),
        noun="line",
    )
    return form_page(request, shown, save)


@page(LinePermission.CHANGE, methods=("POST",))
def line_resume_now(request: HttpRequest, pk: int) -> HttpResponse:
    line_resume(actor=actor_of(request), line_id=pk)
    messages.success(request, _("The line is in service again."))
    return go_to(request, _place_of(pk))


@page(LinePermission.CHANGE, methods=("POST",))
def line_cease_now(request: HttpRequest, pk: int) -> HttpResponse:
    line_cease(actor=actor_of(request), line_id=pk)
    messages.success(request, _("The line is ceased."))
    return go_to(request, _place_of(pk))


@page(LinePermission.CHANGE, methods=("POST",))
def line_telephone(request: HttpRequest, pk: int) -> HttpResponse:
    """The new account, on a page that can't be had again."""
    actor = actor_of(request)
    telephone = telephone_issue(actor=actor, line_id=pk)
    context = {"title": _("Telephone account"), "telephone": telephone, "back": _place_of(pk)}
    return render(request, "numbering/telephone.html", context)


def _place_of(pk: int) -> str:
    return reverse("numbering-line-record", args=[pk])
