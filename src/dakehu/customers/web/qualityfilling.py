"""What to fill next: a list that is filled in place, one thing at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dakehu.customers.domain.quality import FaultKind
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.customers import customer_get
from dakehu.customers.selectors.qualityfilling import Line, Wanted, Whose, line_of, owns_accounts, to_fill
from dakehu.customers.services.qualityfilling import quality_confirm, quality_fill
from dakehu.customers.subjects import known_subjects, subject_of
from dakehu.customers.web.qualitywords import KINDS
from dakehu.customers.web.words import GRADES, grade_choices, url_of
from dakehu.infra.access.api import Actor
from dakehu.infra.errors import faults_of
from dakehu.infra.ui.api import actor_of, is_fragment, page
from dakehu.kernel.errors import Conflict, DomainError, NotAllowed, NotFound
from dakehu.organisation.api import dictionary_choices

_DICTIONARIES = {"trade": "trade", "section": "trade_section"}
_FILL = "customers-fill-list"
_WHOSE = {
    Whose.MINE: gettext_lazy("My accounts"),
    Whose.ALL: gettext_lazy("All accounts I see"),
    Whose.NOBODY: gettext_lazy("Accounts without a manager"),
}


@page(Permission.VIEW, methods=("GET",))
def fill_list(request: HttpRequest) -> HttpResponse:
    """The faults of one's own accounts, of all one sees, or of one account; as a fragment the next lines."""
    actor, query = actor_of(request), request.GET
    wanted = Wanted(
        whose=_whose(actor, query.get("whose", "")),
        customer_id=_number(query.get("customer")),
        subject=query.get("subject", ""),
        grade=_number(query.get("grade")),
        after=query.get("after", ""),
    )
    customer = customer_get(actor, wanted.customer_id) if wanted.customer_id is not None else None
    lines, more = to_fill(actor, wanted)
    kept = {name: query[name] for name in ("whose", "customer", "subject", "grade") if query.get(name)}
    context = {
        "title": _("What to fill next"),
        "customer": customer,
        "lines": [_drawn(actor, line) for line in lines],
        "more": f"{reverse(_FILL)}?{urlencode({**kept, 'after': more})}" if more else "",
        "subjects": [(subject.name, subject.label) for subject in known_subjects()],
        "grades": grade_choices(),
        "whose": [(str(each), label) for each, label in _WHOSE.items()],
        "chosen": wanted,
        "chosen_grade": str(wanted.grade or ""),
    }
    only_lines = is_fragment(request) and bool(wanted.after)
    return render(request, f"customers/quality_{'lines' if only_lines else 'fill'}.html", context)


@page(Permission.CHANGE, methods=("POST",))
def fill_one(request: HttpRequest, pk: int, subject: str) -> HttpResponse:
    """Save one thing, or say that it is still right; answers with the line as it is then."""
    actor, sent = actor_of(request), request.POST
    version, text = _number(sent.get("version")) or 0, sent.get("value", "")
    subject_of(subject)
    try:
        if "confirm" in sent:
            found = quality_confirm(actor=actor, customer_id=pk, subject=subject, version=version)
        else:
            found = quality_fill(actor=actor, customer_id=pk, subject=subject, version=version, text=text)
    except (NotFound, NotAllowed):
        raise
    except DomainError as error:
        return _refused(request, actor, pk, subject, text, error)
    customer = customer_get(actor, pk)
    context = {
        "customer": customer,
        "label": subject_of(subject).label,
        "score": found.score,
        "text": "" if "confirm" in sent else _shown(subject, text),
        "url": _tab(customer.pk),
        "key": f"{pk}-{subject}",
    }
    return render(request, "customers/quality_done.html", context)


def _whose(actor: Actor, text: str) -> Whose:
    """As asked; unasked one's own, or all for who has none."""
    if text in set(Whose):
        return Whose(text)
    return Whose.MINE if owns_accounts(actor) else Whose.ALL


def _refused(
    request: HttpRequest, actor: Actor, pk: int, subject: str, text: str, error: DomainError
) -> HttpResponse:
    """The line with what was typed and what speaks against it; after a conflict with what is on file now."""
    is_conflict = isinstance(error, Conflict)
    try:
        line = line_of(actor, pk, subject)
    except NotFound:
        customer = customer_get(actor, pk)
        context = {
            "customer": customer,
            "label": subject_of(subject).label,
            "is_overtaken": True,
            "url": _tab(customer.pk),
            "key": f"{pk}-{subject}",
        }
        return render(request, "customers/quality_done.html", context, status=409)
    drawn = _drawn(actor, line)
    if is_conflict:
        faults = [
            _("Someone changed the file meanwhile. On file now: %(text)s") % {"text": drawn["text"] or "–"}
        ]
    else:
        faults = [sentence for _field, sentence in faults_of(error)]
    drawn |= {"text": text, "faults": faults}
    return render(request, "customers/quality_line.html", {"line": drawn}, status=409 if is_conflict else 422)


def _drawn(actor: Actor, line: Line) -> dict[str, Any]:
    fault, customer = line.fault, line.fault.customer
    dictionary = _DICTIONARIES.get(fault.subject)
    choices: Sequence[tuple[str, str | Promise]] = dictionary_choices(dictionary) if dictionary else ()
    return {
        "owner": customer.owner.name if customer.owner and customer.owner_id != actor.user_id else "",
        "key": f"{customer.pk}-{fault.subject}",
        "customer": customer,
        "grade": GRADES[str(fault.grade)],
        "label": line.subject.label,
        "kind": KINDS[fault.kind],
        "gain": fault.gain,
        "text": line.text,
        "choices": choices,
        "can_fill": line.can_fill and actor.may(Permission.CHANGE),
        "can_confirm": fault.kind == FaultKind.STALE and line.can_fill and actor.may(Permission.CHANGE),
        "hint": _hint(line),
        "post": reverse("customers-fill-one", args=[customer.pk, fault.subject]),
        "url": _tab(customer.pk),
        "tab": f"{url_of(customer.pk)}?tab={line.subject.tab}" if line.subject.tab else url_of(customer.pk),
        "faults": (),
    }


def _hint(line: Line) -> str | Promise:
    hints = {
        "contact": _("Name of a contact"),
        "decider": _("Name of who decides"),
        "contact_phone": "0351-8200000",
        "contact_email": "name@example.cn",
        "phone": "0351-8200000",
        "website": "www.example.cn",
        "credit_code": _("18 characters, as on the business licence"),
        "address": _("Street and number"),
    }
    return hints.get(line.fault.subject, "")


def _shown(subject: str, text: str) -> str:
    dictionary = _DICTIONARIES.get(subject)
    return str(dict(dictionary_choices(dictionary)).get(text, text)) if dictionary else text


def _tab(customer_id: int) -> str:
    return f"{url_of(customer_id)}?tab=quality"


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None
