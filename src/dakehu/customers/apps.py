from __future__ import annotations

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "dakehu.customers"
    label = "customers"
