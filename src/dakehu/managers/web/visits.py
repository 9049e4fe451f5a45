"""Visits: list, record, plan, log, comment; what became of promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dakehu.customers.api import contacts_of, customer_get, customers_for
from dakehu.infra.access.api import Actor, visible
from dakehu.infra.clock import now
from dakehu.infra.files.api import file_response
from dakehu.infra.ui.api import (
    Action,
    ChoiceFilter,
    Column,
    CustomFilter,
    DateFilter,
    EmptyState,
    FormPage,
    Group,
    Kind,
    ListSpec,
    PickField,
    actor_of,
    form_page,
    go_to,
    list_response,
    list_view,
    page,
)
from dakehu.kernel.clock import CST
from dakehu.kernel.errors import NotFound
from dakehu.managers.domain.states import PromiseEvent
from dakehu.managers.domain.visits import MOST_PROMISES
from dakehu.managers.models import Promise, Visit
from dakehu.managers.permissions import Permission
from dakehu.managers.selectors.visits import promise_get, visit_get
from dakehu.managers.services.promises import promise_close
from dakehu.managers.services.visits import (
    Photo,
    visit_cancel,
    visit_change,
    visit_comment,
    visit_log,
    visit_plan,
)
from dakehu.managers.web.forms import (
    CommentForm,
    LogForm,
    OutcomeForm,
    PlanChangeForm,
    PlanForm,
    number_from,
    plan_initial,
)
from dakehu.managers.web.words import PROMISES, VISITS, choices, visit_url


def whose_field(actor: Actor) -> forms.ChoiceField:
    """Everybody's of the view, or one's own."""
    mine = [(str(actor.user_id), _("My own"))] if actor.user_id is not None else []
    return forms.ChoiceField(choices=[("", _("Manager")), *mine])


def _of_manager(rows: QuerySet[Visit], user_id: str) -> QuerySet[Visit]:
    return rows.filter(manager_id=number_from(user_id))


def _of_keeper(rows: QuerySet[Promise], user_id: str) -> QuerySet[Promise]:
    return rows.filter(keeper_id=number_from(user_id))


PLAN = Action(
    gettext_lazy("Plan a visit"), "managers-visit-create", Permission.VISIT_PLAN, "plus", is_primary=True
)
VISIT_LIST = ListSpec[Visit](
    name="managers.visit",
    title=gettext_lazy("Visits"),
    permission=Permission.VISIT_VIEW,
    noun="visit",
    queryset=lambda _actor: Visit.objects.select_related("customer", "manager"),
    columns=[
        Column("starts_at", pgettext_lazy("visit", "When"), Kind.MOMENT, sort="starts_at"),
        Column("customer__name", gettext_lazy("Customer"), Kind.LINK),
        Column("purpose", gettext_lazy("Purpose")),
        Column("manager__name", gettext_lazy("Manager")),
        Column(
            "state",
            pgettext_lazy("visit", "State"),
            Kind.STATE,
            states={str(k): v for k, v in VISITS.items()},
        ),
        Column("comment", gettext_lazy("Leader's comment"), shown=False),
    ],
    sort="-starts_at",
    filters=[
        ChoiceFilter("state", pgettext_lazy("visit", "State"), choices=lambda _actor: choices(VISITS)),
        CustomFilter("whose", gettext_lazy("Manager"), field=whose_field, apply=_of_manager),
        CustomFilter(
            "manager",
            gettext_lazy("Manager by name"),
            quick=False,
            field=lambda _actor: PickField(source="managers_person", required=False),
            apply=_of_manager,
        ),
        DateFilter("starts_at", pgettext_lazy("visit", "When")),
    ],
    search=lambda rows, text: rows.filter(customer__name__contains=text),
    search_hint=gettext_lazy("Part of the customer's name"),
    row_url=lambda row: visit_url(row.pk),
    actions=[PLAN],
    empty=EmptyState(gettext_lazy("No visits yet"), gettext_lazy("Plan the first one."), "calendar-plus"),
)
visit_list = list_view(VISIT_LIST)

PROMISE_LIST = ListSpec[Promise](
    name="managers.promise",
    title=gettext_lazy("Promises"),
    permission=Permission.VISIT_VIEW,
    noun="visit",
    queryset=lambda _actor: Promise.objects.select_related("visit__customer", "keeper"),
    columns=[
        Column("due_on", gettext_lazy("Due on"), Kind.DATE, sort="due_on"),
        Column("text", gettext_lazy("Promise"), Kind.LINK),
        Column("visit__customer__name", gettext_lazy("Customer")),
        Column("keeper__name", gettext_lazy("Manager")),
        Column(
            "state",
            pgettext_lazy("promise", "State"),
            Kind.STATE,
            states={str(k): v for k, v in PROMISES.items()},
        ),
        Column("outcome", gettext_lazy("Outcome")),
    ],
    sort="due_on",
    filters=[
        ChoiceFilter("state", pgettext_lazy("promise", "State"), choices=lambda _actor: choices(PROMISES)),
        CustomFilter("whose", gettext_lazy("Manager"), field=whose_field, apply=_of_keeper),
        DateFilter("due_on", gettext_lazy("Due on")),
    ],
    row_url=lambda row: visit_url(row.visit_id),
    empty=EmptyState(
        gettext_lazy("Nothing has been promised"),
        gettext_lazy("What a visit's log promises to the customer becomes a task here."),
        "heart-handshake",
    ),
)
promise_list = list_view(PROMISE_LIST)


@page(Permission.VISIT_VIEW, methods=("GET",))
def visits_of_customer(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The tab on a customer's file."""
    actor = actor_of(request)
    customer = customer_get(actor, pk)
    plan = replace(PLAN, url=f"{reverse('managers-visit-create')}?customer={pk}", is_primary=False)
    spec = replace(
        VISIT_LIST,
        name="managers.visit.of-customer",
        queryset=lambda _actor: Visit.objects.filter(customer=customer).select_related("customer", "manager"),
        filters=(),
        search=None,
        actions=[plan],
    )
    return list_response(request, spec, embedded=True)


@page(Permission.VISIT_PLAN, methods=("GET", "POST"))
def visit_new(request: HttpRequest) -> HttpResponse:
    """A plan; where the customer is known, whom to meet is chosen from its contacts."""
    actor = actor_of(request)
    sent = request.POST.get("customer") or request.GET.get("customer", "")
    customer = (
        visible(customers_for(actor), actor, Permission.VISIT_PLAN).filter(pk=number_from(sent)).first()
    )
    start = (now() + timedelta(days=1)).astimezone(CST).replace(hour=9, minute=30, second=0, microsecond=0)
    form = PlanForm(
        request.POST or None,
        initial=plan_initial(customer.pk if customer else None, start),
        contacts=contacts_of(actor, customer) if customer else (),
    )

    def save(values: dict[str, Any]) -> str:
        row = visit_plan(actor=actor, customer_id=number_from(values["customer"]), plan=form.plan())
        return visit_url(row.pk)

    back = reverse("managers-calendar")
    return form_page(
        request, FormPage(_("Plan a visit"), form, back=back, done=_("Planned."), noun="visit"), save
    )


@page(Permission.VISIT_PLAN, methods=("GET", "POST"))
def visit_edit(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    visit = visit_get(actor, pk)
    form = PlanChangeForm(
        request.POST or None, initial=_initial(visit), contacts=contacts_of(actor, visit.customer)
    )

    def save(values: dict[str, Any]) -> str:
        visit_change(actor=actor, visit_id=pk, version=values["version"], plan=form.plan())
        return visit_url(pk)

    title = _("Change the visit to %(name)s") % {"name": visit.customer.name}
    return form_page(request, FormPage(title, form, back=visit_url(pk), done=_("Saved."), noun="visit"), save)


@page(Permission.VISIT_PLAN, methods=("GET", "POST"))
def visit_write(request: HttpRequest, pk: int) -> HttpResponse:
    """The log, made for a telephone: place and photo by one touch each."""
    actor = actor_of(request)
    visit = visit_get(actor, pk)
    initial = {**_initial(visit), "visited_at": min(visit.starts_at, now())}
    form = LogForm(
        request.POST or None,
        request.FILES or None,
        initial=initial,
        contacts=contacts_of(actor, visit.customer),
    )

    def save(values: dict[str, Any]) -> str:
        sent = values["photo"]
        picture = Photo(sent.name or "", sent.chunks()) if sent else None
        visit_log(actor=actor, visit_id=pk, version=values["version"], log=form.log(), photo=picture)
        return visit_url(pk)

    promises = [name for row in range(1, MOST_PROMISES + 1) for name in (f"promise_{row}", f"due_{row}")]
    title = _("Log the visit to %(name)s") % {"name": visit.customer.name}
    return form_page(
        request,
        FormPage(
            title,
            form,
            [
                Group(_("What happened"), ["visited_at", "contacts", "text", "photo"]),
                Group(_("What was promised"), promises, _("Each becomes a task with its day.")),
            ],
            back=visit_url(pk),
            done=_("Logged."),
            noun="visit",
            template="managers/log.html",
        ),
        save,
    )


@page(Permission.VISIT_PLAN, methods=("POST",))
def visit_end(request: HttpRequest, pk: int) -> HttpResponse:
    version = number_from(request.POST.get("version", ""))
    visit_cancel(actor=actor_of(request), visit_id=pk, version=version)
    messages.success(request, _("Saved."))
    return go_to(request, visit_url(pk))


@page(Permission.VISIT_COMMENT, methods=("GET", "POST"))
def visit_remark(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    visit = visit_get(actor, pk)
    form = CommentForm(request.POST or None, initial={"comment": visit.comment, "version": visit.version})

    def save(values: dict[str, Any]) -> str:
        visit_comment(actor=actor, visit_id=pk, version=values["version"], comment=values["comment"])
        return visit_url(pk)

    title = _("Comment on the visit to %(name)s") % {"name": visit.customer.name}
    return form_page(request, FormPage(title, form, back=visit_url(pk), done=_("Saved."), noun="visit"), save)


@page(Permission.VISIT_VIEW, methods=("GET",))
def visit_photo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The visit's photo, to whoever sees the visit."""
    visit = visit_get(actor_of(request), pk)
    if visit.photo is None:
        raise NotFound(noun="file", id=str(pk))
    return file_response(visit.photo)


@page(Permission.VISIT_PLAN, methods=("GET", "POST"))
def promise_end(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of a promise."""
    actor = actor_of(request)
    promise = promise_get(actor, pk)
    form = OutcomeForm(request.POST or None, initial={"version": promise.version})

    def save(values: dict[str, Any]) -> str:
        promise_close(
            actor=actor,
            promise_id=pk,
            version=values["version"],
            event=PromiseEvent(values["event"]),
            outcome=values["outcome"],
        )
        return visit_url(promise.visit_id)

    back = visit_url(promise.visit_id)
    shown = FormPage(promise.text, form, back=back, done=_("Saved."), noun="visit")
    return form_page(request, shown, save)


def _initial(visit: Visit) -> dict[str, Any]:
    return {
        "starts_at": visit.starts_at,
        "minutes": visit.minutes,
        "purpose": visit.purpose,
        "contacts": [str(pk) for pk in visit.contacts.values_list("pk", flat=True)],
        "version": visit.version,
    }
