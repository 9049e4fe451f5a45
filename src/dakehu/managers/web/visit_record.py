"""The page of one visit."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dakehu.infra.access.api import Actor
from dakehu.infra.clock import now
from dakehu.infra.ui.api import Button, Fact, Kind, Record, Tab, actor_of, page, record_page
from dakehu.kernel.clock import day_of
from dakehu.managers.domain.states import PromiseState, VisitState
from dakehu.managers.models import Visit
from dakehu.managers.permissions import Permission
from dakehu.managers.selectors.visits import visit_get
from dakehu.managers.web.words import PROMISES, VISITS


@page(Permission.VISIT_VIEW, methods=("GET",))
def visit_record(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan, log, promises, comment."""
    actor = actor_of(request)
    visit = visit_get(actor, pk)
    promises = list(visit.promises.select_related("keeper").order_by("due_on", "pk"))
    context = {
        "visit": visit,
        "facts": _facts(visit),
        "promises": [(row, PROMISES[PromiseState(row.state)]) for row in promises],
        "today": day_of(now()),
        "may_close": actor.may(Permission.VISIT_PLAN),
    }
    return record_page(
        request,
        Record(
            noun="visit",
            object_id=visit.pk,
            title=visit.customer.name,
            subtitle=visit.purpose,
            badges=[VISITS[VisitState(visit.state)]],
            tabs=[Tab("visit", _("Visit"), "managers/visit.html", context)],
            buttons=_buttons(actor, visit),
            back=(_("Visits"), reverse("managers-visit-list")),
        ),
    )


def _facts(visit: Visit) -> list[Fact]:
    met = pgettext("names", ", ").join(contact.name for contact in visit.contacts.all())
    degrees = [str(each) for each in (visit.latitude, visit.longitude) if each is not None]
    place = ", ".join(degrees)
    whom = _("Whom to meet") if visit.state == VisitState.PLANNED else _("Who was met")
    return [
        Fact(
            _("Customer"),
            visit.customer.name,
            url=reverse("customers-customer-record", args=[visit.customer_id]),
        ),
        Fact(pgettext("visit", "When"), visit.starts_at, Kind.MOMENT),
        Fact(pgettext("visit", "Minutes"), visit.minutes, Kind.NUMBER),
        Fact(_("Manager"), visit.manager.name),
        Fact(whom, met),
        Fact(_("Address"), visit.customer.address),
        Fact(_("Logged at"), visit.logged_at, Kind.MOMENT),
        Fact(_("Logged from (latitude, longitude)"), place, Kind.CODE),
    ]


def _buttons(actor: Actor, visit: Visit) -> list[Button]:
    planned = visit.state == VisitState.PLANNED
    if planned and visit.manager_id == actor.user_id:
        return [
            Button(
                _("Log the visit"),
                reverse("managers-visit-log", args=[visit.pk]),
                "notes",
                Permission.VISIT_PLAN,
                is_primary=True,
            ),
            Button(
                _("Change the plan"),
                reverse("managers-visit-change", args=[visit.pk]),
                "calendar",
                Permission.VISIT_PLAN,
            ),
            Button(
                _("Call off"),
                reverse("managers-visit-cancel", args=[visit.pk]),
                "calendar-x",
                Permission.VISIT_PLAN,
                is_dangerous=True,
                post=True,
                question=_("Call the visit off?"),
                fields={"version": visit.version},
            ),
        ]
    if visit.state in {VisitState.LOGGED, VisitState.REVIEWED} and visit.manager_id != actor.user_id:
        url = reverse("managers-visit-comment", args=[visit.pk])
        return [Button(_("Comment"), url, "message", Permission.VISIT_COMMENT, is_primary=True)]
    return []
