"""The page that says why somebody was not let in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dakehu.infra.errors import message_for
from dakehu.kernel.errors import DomainError


def refusal(request: HttpRequest, fault: DomainError) -> HttpResponse:
    context = {"said": message_for(fault)}
    return render(request, "organisation/sign_on_refused.html", context, status=403)
