"""The telephone in the browser: its page, its accounts, and to whom a line is given on the line's page."""

from __future__ import annotations

from typing import Any

from csp.decorators import csp_update
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import split_domain_port
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.debug import sensitive_variables

from dakehu.infra.ui.api import FormPage, PickField, Tab, actor_of, form_page, go_to, page
from dakehu.numbering.domain.lines import LINE_STATES, LineStatus
from dakehu.numbering.domain.webphone import LIFETIME_S
from dakehu.numbering.models import Line
from dakehu.numbering.permissions import LinePermission, WebphonePermission
from dakehu.numbering.selectors.lines import line_get
from dakehu.numbering.selectors.webphone import MOST_LINES, webphone_lines, webphone_users
from dakehu.numbering.services import webphone as services

_IN_SESSION = "webphone"


@page(WebphonePermission.USE, methods=("GET",))
def webphone(request: HttpRequest) -> HttpResponseBase:
    """The telephone, on the line that `?line=` names or the first of the person's own."""
    lines = list(webphone_lines(actor_of(request)).order_by("public_number_id")[:MOST_LINES])
    usable = [line for line in lines if hasattr(line, "sip_account")]
    chosen = next((line for line in usable if str(line.pk) == request.GET.get("line")), None)
    chosen = chosen or next(iter(usable), None)
    url = socket_url(request)
    context = {
        "title": pgettext("voice", "Browser telephone"),
        "lines": lines,
        "line": chosen,
        "is_open": chosen is not None and bool(url),
        "has_server": bool(url),
        "socket": url,
        "realm": settings.SIP_REALM,
    }

    def shown(asking: HttpRequest) -> HttpResponse:
        return render(asking, "numbering/webphone.html", context)

    return csp_update({"connect-src": [url]})(shown)(request) if url else shown(request)


@page(WebphonePermission.USE, methods=("POST",))
@sensitive_variables("account")
def webphone_account(request: HttpRequest, pk: int) -> HttpResponse:
    """A short-lived account as JSON: `username`, `password`, `lifetime` in seconds. Never the line's own."""
    is_first = request.session.get(_IN_SESSION) != pk
    account = services.webphone_account(actor=actor_of(request), line_id=pk, is_first=is_first)
    if is_first:
        request.session[_IN_SESSION] = pk
    return JsonResponse({"username": account.username, "password": account.password, "lifetime": LIFETIME_S})


def socket_url(request: HttpRequest) -> str:
    """Where the browser finds the voice process: as set, at this very site for a path, or at its own port."""
    given = settings.WEBPHONE_URL
    if given and not given.startswith("/"):
        return str(given)
    secure = request.is_secure()
    if given:
        return f"{'wss' if secure else 'ws'}://{request.get_host()}{given}"
    port = settings.SIP_WSS_PORT if secure else settings.SIP_WS_PORT
    host = split_domain_port(request.get_host())[0]
    return f"{'wss' if secure else 'ws'}://{host}:{port}/" if port else ""


# --- on the line's page


def webphone_tab(line: Line, *, may_change: bool) -> Tab:
    """Who has the line in the browser. One query when it is shown."""
    is_open = may_change and not LINE_STATES.is_final(LineStatus(line.status))
    context = {"line": line, "users": webphone_users(line), "may_change": is_open}
    label = pgettext_lazy("voice", "Browser telephone")
    return Tab("webphone", label, "numbering/line_webphone.html", context)


class WebphoneForm(forms.Form):
    user = PickField(
        source="webphone_users",
        label=pgettext_lazy("voice", "Person"),
        help_text=pgettext_lazy(
            "voice", "Needs the right to a telephone in the browser, and to see the line's customer."
        ),
    )


@page(LinePermission.CHANGE, methods=("GET", "POST"))
def webphone_grant(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    line = line_get(actor, pk)
    back = f"{reverse('numbering-line-record', args=[pk])}?tab=webphone"

    def save(values: dict[str, Any]) -> str:
        services.webphone_give(actor=actor, line_id=pk, user_id=int(values["user"]))
        return back

    shown = FormPage(
        title=_("%(number)s in a person's browser") % {"number": line.public_number_id},
        form=WebphoneForm(request.POST or None),
        note=_("The person's browser rings beside the line's own telephone and calls at the line's expense."),
        submit=pgettext_lazy("voice", "Give the line"),
        back=back,
        done=_("The person finds the line under Browser telephone."),
        noun="line",
    )
    return form_page(request, shown, save)


@page(LinePermission.CHANGE, methods=("POST",))
def webphone_take(request: HttpRequest, pk: int, user_id: int) -> HttpResponse:
    services.webphone_take(actor=actor_of(request), line_id=pk, user_id=user_id)
    messages.success(request, _("The line is taken from that browser, within ten minutes at most."))
    return go_to(request, f"{reverse('numbering-line-record', args=[pk])}?tab=webphone")
