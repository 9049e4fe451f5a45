from __future__ import annotations

from django.urls import path

from dakehu.managers.web import calendar, due, files, hand_over, visit_record, visits

urlpatterns = [
    path("managers/", files.file_list, name="managers-file-list"),
    path("managers/new/", files.file_new, name="managers-file-create"),
    path("managers/<int:pk>/", files.file_record, name="managers-file-record"),
    path("managers/<int:pk>/change/", files.file_edit, name="managers-file-change"),
    path("managers/<int:pk>/photo/", files.photo, name="managers-photo-show"),
    path("managers/<int:pk>/photo/change/", files.photo_new, name="managers-photo-change"),
    path("managers/<int:pk>/credentials/new/", files.credential_new, name="managers-credential-create"),
    path(
        "managers/<int:pk>/credentials/<int:credential>/remove/",
        files.credential_end,
        name="managers-credential-remove",
    ),
    path("visits/", visits.visit_list, name="managers-visit-list"),
    path("visits/new/", visits.visit_new, name="managers-visit-create"),
    path("visits/calendar/", calendar.visit_calendar, name="managers-calendar"),
    path("visits/due/", due.visit_due, name="managers-due"),
    path("visits/rules/", due.rules_edit, name="managers-rules-change"),
    path("visits/feed/", calendar.visit_feed, name="managers-calendar-feed"),
    path("visits/feed/close/", calendar.visit_feed_end, name="managers-calendar-feed-close"),
    path("visits/feed/<str:secret>.ics", calendar.ical, name="managers-calendar-ical"),
    path("visits/promises/", visits.promise_list, name="managers-promise-list"),
    path("visits/promises/<int:pk>/close/", visits.promise_end, name="managers-promise-close"),
    path("visits/of-customer/<int:pk>/", visits.visits_of_customer, name="managers-visit-of-customer"),
    path("visits/<int:pk>/", visit_record.visit_record, name="managers-visit-record"),
    path("visits/<int:pk>/change/", visits.visit_edit, name="managers-visit-change"),
    path("visits/<int:pk>/move/", calendar.visit_shift, name="managers-visit-move"),
    path("visits/<int:pk>/log/", visits.visit_write, name="managers-visit-log"),
    path("visits/<int:pk>/cancel/", visits.visit_end, name="managers-visit-cancel"),
    path("visits/<int:pk>/comment/", visits.visit_remark, name="managers-visit-comment"),
    path("visits/<int:pk>/photo/", visits.visit_photo, name="managers-visit-photo"),
    path("hand-overs/", hand_over.hand_over_list, name="managers-handover-list"),
    path("hand-overs/new/", hand_over.hand_over_new, name="managers-handover-create"),
    path("hand-overs/<int:pk>/", hand_over.hand_over_record, name="managers-handover-record"),
    path("hand-overs/<int:pk>/<str:act>/", hand_over.hand_over_act, name="managers-handover-act"),
]
