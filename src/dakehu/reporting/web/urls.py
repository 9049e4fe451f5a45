from __future__ import annotations

from django.urls import path

from dakehu.reporting.web import views

urlpatterns = [
    path("customers/<int:pk>/revenue/", views.customer_revenue, name="reporting-revenue-panel"),
    path("reports/calls/", views.report, {"subject": "calls"}, name="reporting-calls-report"),
    path("reports/revenue/", views.report, {"subject": "revenue"}, name="reporting-revenue-report"),
]
