from __future__ import annotations

from django.apps import AppConfig


class InfraConfig(AppConfig):
    name = "dakehu.infra"
    label = "infra"
