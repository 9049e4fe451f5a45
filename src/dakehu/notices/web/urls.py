from __future__ import annotations

from django.urls import path

from dakehu.notices.web import notices, robots

urlpatterns = [
    path("notices/", notices.notice_list, name="notices-notice-list"),
    path("notices/bell/", notices.bell, name="notices-bell"),
    path("notices/read/", notices.notice_read_all, name="notices-notice-read"),
    path("notices/preferences/", notices.preference_edit, name="notices-preference-change"),
    path("notices/preferences/trial/", notices.preference_try, name="notices-preference-try"),
    path("notices/<int:pk>/", notices.notice_record, name="notices-notice-record"),
    path("system/robots/", robots.robot_list, name="notices-robot-list"),
    path("system/robots/new/", robots.robot_new, name="notices-robot-create"),
    path("system/robots/<int:pk>/", robots.robot_record, name="notices-robot-record"),
    path("system/robots/<int:pk>/change/", robots.robot_edit, name="notices-robot-change"),
    path("system/robots/<int:pk>/trial/", robots.robot_trial, name="notices-robot-try"),
    path("system/robots/<int:pk>/remove/", robots.robot_delete, name="notices-robot-remove"),
    path("system/notices-sent/", robots.dispatch_list, name="notices-dispatch-list"),
]
