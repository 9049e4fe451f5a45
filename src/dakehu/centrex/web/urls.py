from __future__ import annotations

from django.urls import path

from dakehu.centrex.web import groups, members, settings

urlpatterns = [
    path("centrex/", groups.group_list, name="centrex-group-list"),
    path("centrex/<int:pk>/", groups.group_record, name="centrex-group-record"),
    path("centrex/<int:pk>/change/", groups.group_edit, name="centrex-group-change"),
    path("centrex/<int:pk>/remove/", groups.group_remove_now, name="centrex-group-remove"),
    path("centrex/<int:pk>/night/", settings.group_night, name="centrex-group-night"),
    path("centrex/<int:pk>/codes/", settings.group_codes, name="centrex-group-codes"),
    path("centrex/<int:pk>/members/new/", members.member_new, name="centrex-member-create"),
    path("centrex/<int:pk>/short-number/", members.short_number, name="centrex-member-proposal"),
    path("centrex/members/<int:pk>/change/", members.member_edit, name="centrex-member-change"),
    path("centrex/members/<int:pk>/remove/", members.member_remove_now, name="centrex-member-remove"),
    path("customers/<int:pk>/voice/", groups.customer_panel, name="centrex-customer-panel"),
    path("lines/<int:pk>/group/", groups.line_panel, name="centrex-line-panel"),
]
