from __future__ import annotations

from django.urls import path

from dakehu.enterprise_vpn.web import members, settings, vpns

urlpatterns = [
    path("vpns/", vpns.vpn_list, name="vpns-vpn-list"),
    path("vpns/new/", vpns.vpn_new, name="vpns-vpn-create"),
    path("vpns/<int:pk>/", vpns.vpn_record, name="vpns-vpn-record"),
    path("vpns/<int:pk>/change/", vpns.vpn_edit, name="vpns-vpn-change"),
    path("vpns/<int:pk>/remove/", vpns.vpn_remove_now, name="vpns-vpn-remove"),
    path("vpns/<int:pk>/sharing/", settings.vpn_sharing, name="vpns-vpn-sharing"),
    path("vpns/<int:pk>/codes/", settings.vpn_codes, name="vpns-vpn-codes"),
    path("vpns/<int:pk>/members/", vpns.member_list, name="vpns-member-list"),
    path("vpns/<int:pk>/members/new/", members.members_new, name="vpns-member-create"),
    path("vpns/<int:pk>/group/", members.group_join, name="vpns-group-join"),
    path("vpns/<int:pk>/closed-groups/new/", vpns.closed_group_new, name="vpns-closed-create"),
    path(
        "vpns/<int:pk>/closed-groups/<int:group>/remove/",
        vpns.closed_group_remove_now,
        name="vpns-closed-remove",
    ),
    path("vpns/members/<int:pk>/change/", members.member_edit, name="vpns-member-change"),
    path("vpns/members/<int:pk>/remove/", members.member_remove_now, name="vpns-member-remove"),
    path("vpns/members/<int:pk>/login/", members.attendant_login, name="vpns-attendant-login"),
    path("customers/<int:pk>/vpns/", vpns.customer_panel, name="vpns-customer-panel"),
    path("lines/<int:pk>/vpn/", vpns.line_panel, name="vpns-line-panel"),
]
