"""Acting on orders, steps and telephones: dialogs that ask, posts that do."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from dakehu.infra.access.api import require
from dakehu.infra.ui.api import actor_of, go_to, mark, page
from dakehu.kernel.errors import Conflict, DomainError, NotAllowed, NotFound
from dakehu.orders.models import ProductOrder, StepRun
from dakehu.orders.permissions import OrderPermission
from dakehu.orders.selectors.orders import order_get
from dakehu.orders.services.telephones import order_telephones_issue
from dakehu.orders.web.acts import HINTS, ORDER_ACTS, STEP_ACTS, Act, act_of
from dakehu.orders.web.words import STEPS


@page(OrderPermission.VIEW, methods=("GET", "POST"))
def order_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """A move of the order: its question as a dialog, then the move."""
    chosen = act_of(ORDER_ACTS, act)
    if chosen is None:
        raise NotFound(noun="act", id=act)
    require(actor_of(request), chosen.permission)
    order = order_get(actor_of(request), pk)
    return _act(request, chosen, pk, order)


@page(OrderPermission.VIEW, methods=("GET", "POST"))
def step_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """A move of a step."""
    chosen = act_of(STEP_ACTS, act)
    step = StepRun.objects.filter(pk=pk).first()
    if chosen is None or step is None:
        raise NotFound(noun="step", id=str(pk))
    require(actor_of(request), chosen.permission)
    order = order_get(actor_of(request), step.order_id)
    hint = f"{STEPS[step.kind]}: {HINTS[step.kind]}" if chosen.name == "finish" else ""
    return _act(request, chosen, pk, order, hint=hint)


@page(OrderPermission.SECRET, methods=("POST",))
def telephones_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """New passwords, shown in this answer and never again."""
    given = [int(value) for value in request.POST.getlist("line") if value.isdigit()]
    issued = order_telephones_issue(actor=actor_of(request), order_id=pk, line_ids=given)
    context = {"issued": issued, "order": order_get(actor_of(request), pk), "title": ""}
    response = render(request, "orders/passwords.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _act(request: HttpRequest, act: Act, pk: int, order: ProductOrder, *, hint: str = "") -> HttpResponse:
    if act.form is None:
        if request.method != "POST":
            raise Http404
        act.run(actor_of(request), pk, request.POST.dict())
        return _done(request, act, order)
    given = request.POST if request.method == "POST" else None
    form = act.form(given, initial={"version": order.version})
    status = 200
    if form.is_bound:
        if form.is_valid():
            try:
                act.run(actor_of(request), pk, form.cleaned_data)
            except (Conflict, NotFound, NotAllowed):
                raise
            except DomainError as error:
                mark(form, error)
            else:
                return _done(request, act, order)
        status = 422
    context = {
        "act": act,
        "form": form,
        "hint": hint,
        "url": request.path,
        "order": order,
        "title": act.label,
    }
    return render(request, "orders/dialog.html", context, status=status)


def _done(request: HttpRequest, act: Act, order: ProductOrder) -> HttpResponse:
    if act.done:
        messages.success(request, str(act.done))
    return go_to(request, reverse("orders-order-record", args=[order.pk]))
