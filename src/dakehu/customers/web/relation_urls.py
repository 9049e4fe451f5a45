"""Addresses of a customer's group, decision map, small records, history and brief."""

from __future__ import annotations

from django.urls import path

from dakehu.customers.web import brief, decisions, ending, history, holdings, kinship

_HOLDING = "customers/holdings/<str:kind>/<int:pk>/"

urlpatterns = [
    path("customers/competitor-lines/", ending.competitor_line_list, name="customers-competitor-line-list"),
    path("customers/agreements/", ending.agreement_list, name="customers-agreement-list"),
    path("customers/birthdays/", ending.birthday_list, name="customers-birthday-list"),
    path("customers/<int:pk>/brief/", brief.customer_brief, name="customers-customer-brief"),
    path("customers/<int:pk>/branches/", kinship.branches, name="customers-branches"),
    path("customers/<int:pk>/parent/", kinship.customer_place_page, name="customers-customer-place"),
    path("customers/<int:pk>/decisions/", decisions.decisions_panel, name="customers-decisions-panel"),
    path("customers/<int:pk>/history/", history.history_panel, name="customers-history-panel"),
    *(
        path(
            f"customers/<int:pk>/{tab}/",
            holdings.holdings_panel,
            {"tab": tab},
            name=f"customers-{tab}-panel",
        )
        for tab in sorted(set(holdings.TABS.values()))
    ),
    path(
        "customers/<int:pk>/holdings/<str:kind>/new/", holdings.holding_new, name="customers-holding-create"
    ),
    path(_HOLDING, holdings.holding_edit, name="customers-holding-change"),
    path(f"{_HOLDING}remove/", holdings.holding_end, name="customers-holding-remove"),
    path(f"{_HOLDING}file/", holdings.holding_download, name="customers-holding-file"),
]
