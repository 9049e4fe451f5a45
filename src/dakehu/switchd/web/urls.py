from __future__ import annotations

from django.urls import path

from dakehu.switchd.web import alarms

urlpatterns = [
    path("lines/<int:pk>/alarm/", alarms.line_alarm, name="switchd-alarm"),
    path("lines/<int:pk>/alarm/panel/", alarms.alarm_panel, name="switchd-alarm-panel"),
]
