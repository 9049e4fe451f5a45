from __future__ import annotations

from django.urls import path

from dakehu.ringback.web import settings, tones

urlpatterns = [
    path("tones/", tones.tone_list, name="ringback-tone-list"),
    path("tones/review/", tones.tone_review, name="ringback-review-list"),
    path("tones/new/", tones.tone_new, name="ringback-tone-create"),
    path("tones/<int:pk>/", tones.tone_record, name="ringback-tone-record"),
    path("tones/<int:pk>/sound/", tones.tone_play, name="ringback-tone-sound"),
    path("tones/<int:pk>/approve/", tones.tone_approve_now, name="ringback-tone-approve"),
    path("tones/<int:pk>/refuse/", tones.tone_refuse_form, name="ringback-tone-refuse"),
    path("tones/<int:pk>/withdraw/", tones.tone_withdraw_form, name="ringback-tone-withdraw"),
    path("tones/of/<str:kind>/<int:pk>/", settings.settings_edit, name="ringback-owner-change"),
    path("customers/<int:pk>/tones/", tones.customer_panel, name="ringback-customer-panel"),
    path("vpns/<int:pk>/tones/", settings.vpn_panel, name="ringback-vpn-panel"),
    path("centrex/<int:pk>/tones/", settings.group_panel, name="ringback-group-panel"),
    path("lines/<int:pk>/tones/", settings.line_panel, name="ringback-line-panel"),
]
