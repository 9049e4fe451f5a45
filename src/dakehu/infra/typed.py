"""What browsers send, before any view sees it: no NUL, no control, invisible or direction-turning characters.

PostgreSQL refuses NUL, XML and protocols refuse controls, and a name with U+202E reads backwards in every
list. So they are dropped here from queries and forms; the API refuses them in `rest.bodies`, and the kit of
imports drops them in `importing.reading.texts`. Passwords are left as typed.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, QueryDict

from dakehu.kernel.text import clean_text, dangerous_sign

_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
_LEFT = "password"


class CleanInputMiddleware:
    """Clean `request.GET` and `request.POST`; an address with a dangerous sign is not found.

    Stands behind the CSRF middleware, which reads the form of every POST that it checks; a view that is
    exempt from it, as the API's are, reads its own body and address.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, *_arguments: object) -> None:
        request.GET = _cleaned(request.GET)  # type: ignore[assignment]  # its type differs in mutability alone
        if getattr(view, "csrf_exempt", False):
            return
        if dangerous_sign(request.path_info):
            raise Http404
        if request.method == "POST" and request.content_type in _FORMS:
            request.POST = _cleaned(request.POST)  # type: ignore[assignment]


def _cleaned(sent: QueryDict) -> QueryDict:
    if all(value.isprintable() for _name, values in sent.lists() for value in values):
        return sent
    copy = sent.copy()
    for name, values in sent.lists():
        if _LEFT not in name:
            copy.setlist(name, [clean_text(value) for value in values])
    return QueryDict(copy.urlencode(), encoding=copy.encoding)  # which nobody changes, as Django's own
