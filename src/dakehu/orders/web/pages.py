"""The list of orders, and the orders of a customer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from dakehu.customers.api import customer_get
from dakehu.infra.ui.api import actor_of, is_fragment, list_response, list_view, page, target_id
from dakehu.orders.permissions import OrderPermission
from dakehu.orders.web.lists import ORDERS, orders_of

order_list = list_view(ORDERS)


@page(OrderPermission.VIEW, methods=("GET",))
def customer_panel(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The tab on a customer's record."""
    actor = actor_of(request)
    customer = customer_get(actor, pk)
    response = list_response(request, orders_of(customer.pk), embedded=True)
    if "_export" in request.GET or (is_fragment(request) and target_id(request) != "record-tab"):
        return response
    listed = response.content.decode() if isinstance(response, HttpResponse) else ""
    context = {"customer": customer, "listed": listed, "may_submit": actor.may(OrderPermission.SUBMIT)}
    return render(request, "orders/customer_panel.html", context)
