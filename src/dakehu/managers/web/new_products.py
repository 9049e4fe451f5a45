"""Which products count as new: the list with its form below."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from dakehu.infra.ui.api import FormPage, actor_of, form_page, go_to, page
from dakehu.managers.models import NewProduct
from dakehu.managers.permissions import PerformancePermission
from dakehu.managers.services.new_products import CATEGORIES, new_product_add, new_product_remove
from dakehu.managers.web.performance_forms import NewProductForm
from dakehu.organisation.api import dictionary_labels

_RULES = PerformancePermission.RULES


@page(_RULES, methods=("GET",))
def new_product_list(request: HttpRequest) -> HttpResponse:
    labels = dictionary_labels(CATEGORIES)
    context = {
        "title": _("New products"),
        "note": _("Their revenue makes the indicator of new-product growth. Closed months stay as they are."),
        "back": (_("Performance contracts"), reverse("managers-contract-list")),
        "rows": [(row, labels.get(row.category, row.category)) for row in NewProduct.objects.all()],
    }
    return render(request, "managers/new_products.html", context)


@page(_RULES, methods=("GET", "POST"))
def new_product_new(request: HttpRequest) -> HttpResponse:
    form = NewProductForm(request.POST or None)

    def save(values: dict[str, Any]) -> str:
        new_product_add(actor=actor_of(request), **values)
        return reverse("managers-newproduct-list")

    back = reverse("managers-newproduct-list")
    return form_page(
        request, FormPage(_("Product that counts as new"), form, back=back, done=_("Saved.")), save
    )


@page(_RULES, methods=("POST",))
def new_product_end(request: HttpRequest, pk: int) -> HttpResponse:
    new_product_remove(actor=actor_of(request), row_id=pk)
    messages.success(request, _("Removed."))
    return go_to(request, reverse("managers-newproduct-list"))
