"""The gate of every page: signed in, allowed, and a refusal that people understand.

@page("customer.read")
def customer_record(request: HttpRequest, pk: int) -> HttpResponse: ...
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from dakehu.infra.access.api import require
from dakehu.infra.errors import faults_of, message_for
from dakehu.infra.ui.requests import actor_of, target_id, toast
from dakehu.kernel.errors import Conflict, DomainError, NotAllowed, NotFound

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

SESSION_ENDED = "ui:session-ended"
_IN_PLACE = frozenset({"record-tab"})
"""Where a refusal stands in place of what was asked for; elsewhere the page stays as it is."""


def page(permission: str = "", *, methods: tuple[str, ...] = ()) -> Callable[[View[P]], View[P]]:
    """Let a view be reached by signed-in people who have `permission` (anyone signed in when empty).

    A `DomainError` that the view lets pass becomes the page or fragment of its status: `NotFound` 404,
    `NotAllowed` 403, `Conflict` 409, any other 422. `methods` limits the methods (405 otherwise).
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def gated(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if methods and request.method not in {*methods, "HEAD" if "GET" in methods else ""}:
                return HttpResponse(status=405, headers={"Allow": ", ".join(methods)})
            actor = actor_of(request)
            if actor.user_id is None:
                return _signed_out(request)
            try:
                if permission:
                    require(actor, permission)
                response = view(request, *args, **kwargs)
            except DomainError as error:
                response = refusal(request, error)
            if not response.has_header("Cache-Control"):
                add_never_cache_headers(response)
            patch_vary_headers(response, ["HX-Request", "HX-Target"])
            return response

        setattr(gated, "methods", methods)  # noqa: B010 - the access table reads it; a function's type has it not
        return gated

    return decorate


def status_of(error: DomainError) -> int:
    """The HTTP status a domain error is answered with on pages."""
    for kind, status in ((NotFound, 404), (NotAllowed, 403), (Conflict, 409)):
        if isinstance(error, kind):
            return status
    return 422


def refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The answer to a request that the rules refuse: a page, or a toast where htmx asked."""
    status = status_of(error)
    sentences = [sentence for _field, sentence in faults_of(error)]
    advice = _("Check the address, or look for it by the search above.") if status == 404 else ""
    context = {
        "status": status,
        "sentence": message_for(error),
        "sentences": sentences,
        "code": error.code,
        "advice": advice,
    }
    if request.headers.get("HX-Request") == "true":
        response = render(request, "ui/fragments/refusal.html", context, status=status)
        if target_id(request) not in _IN_PLACE:
            response["HX-Reswap"] = "none"
        toast(response, " ".join(sentences), "bad")
        return response
    return render(request, "ui/errors/refusal.html", context, status=status)


def _signed_out(request: HttpRequest) -> HttpResponse:
    """Ask to sign in, so that nothing typed is lost.

    htmx gets 401 and an event: the page stays as it is and offers to sign in beside it. A form posted after
    the session ended leads through sign-in back to the form, whose draft the browser has kept.
    """
    sign_in = resolve_url(settings.LOGIN_URL)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=401, headers={"HX-Trigger": SESSION_ENDED, "HX-Reswap": "none"})
    back = request.get_full_path()
    if request.method != "GET":
        back = _form_page_of(request)
        messages.warning(request, _("Your session had ended. Sign in to go on; what you typed is kept."))
    return HttpResponse(status=302, headers={"Location": f"{sign_in}?{urlencode({'next': back})}"})


def _form_page_of(request: HttpRequest) -> str:
    """The page the form was on: where the browser came from, if that is ours."""
    referer = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(referer)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return request.path
