"""Answers to what goes wrong outside a view: Django's error handlers and its check of form tokens."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.utils.translation import gettext as _

from dakehu.infra.correlation import correlation_id


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """A form whose token is old: signed in afresh elsewhere, or cookies are off. The draft is kept."""
    return _answer(
        request,
        403,
        _("This form was opened before you last signed in"),
        _("Go back and send it again: what you typed is kept. If it happens again, allow cookies."),
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's signature
    return _answer(
        request, 400, _("The request could not be understood"), _("Go back and try it from the page again.")
    )


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's signature
    return _answer(request, 403, _("You lack the right for this"), _("Ask your administrator for it."))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's signature
    return _answer(
        request,
        404,
        _("Nothing was found here, or it is not yours to see"),
        _("Check the address, or look for it by the search above."),
    )


def server_fault(request: HttpRequest) -> HttpResponse:
    """A fault of ours. Drawn without the frame, for the frame may be what failed."""
    context = {"reference": correlation_id()}
    return HttpResponse(loader.get_template("ui/errors/fault.html").render(context, request), status=500)


def _answer(request: HttpRequest, status: int, sentence: str, advice: str) -> HttpResponse:
    context = {"status": status, "sentence": sentence, "advice": advice, "title": sentence}
    is_htmx = request.headers.get("HX-Request") == "true"
    template = "ui/fragments/refusal.html" if is_htmx else "ui/errors/refusal.html"
    return render(request, template, context, status=status)
