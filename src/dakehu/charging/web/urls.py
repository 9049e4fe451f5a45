from __future__ import annotations

from django.urls import path

from dakehu.charging.web import views, whatif

urlpatterns = [
    path("what-if/", whatif.what_if_page, name="charging-what-if"),
    path("lines/<int:pk>/what-if/", whatif.line_panel, name="charging-what-if-panel"),
    path("usage/", views.usage_list, name="charging-usage-list"),
    path("usage/<int:pk>/", views.usage_record, name="charging-usage-record"),
    path("customers/<int:pk>/usage/", views.customer_panel, name="charging-usage-panel"),
    path("tariffs/", views.tariff_list, name="charging-tariff-list"),
    path("tariffs/new/", views.tariff_create, name="charging-tariff-create"),
    path("tariffs/<int:pk>/", views.tariff_record, name="charging-tariff-record"),
]
