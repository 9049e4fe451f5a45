from __future__ import annotations

from django.apps import AppConfig


class WorkdaysConfig(AppConfig):
    name = "dakehu.infra.workdays"
    label = "workdays"
