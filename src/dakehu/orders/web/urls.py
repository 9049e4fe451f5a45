from __future__ import annotations

from django.urls import path

from dakehu.orders.web import doing, pages, records, sheets, wizard

urlpatterns = [
    path("orders/", pages.order_list, name="orders-order-list"),
    path("orders/new/", wizard.order_new, name="orders-draft-new"),
    path("orders/new/<slug:offering>/", wizard.order_draft, name="orders-draft-form"),
    path("orders/new/<slug:offering>/check/", wizard.draft_check, name="orders-draft-check"),
    path("orders/<int:pk>/", records.order_record, name="orders-order-record"),
    path("orders/<int:pk>/sheet/", sheets.order_sheet, name="orders-order-sheet"),
    path("orders/<int:pk>/telephones/", doing.telephones_issue, name="orders-order-telephones"),
    path("orders/<int:pk>/<slug:act>/", doing.order_act, name="orders-order-act"),
    path("order-steps/<int:pk>/<slug:act>/", doing.step_act, name="orders-step-act"),
    path("customers/<int:pk>/orders/", pages.customer_panel, name="orders-customer-panel"),
]
