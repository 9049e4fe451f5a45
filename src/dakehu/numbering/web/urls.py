from __future__ import annotations

from django.urls import path

from dakehu.numbering.web import exchanges, lines, onenumber, services, trunks, webphone

urlpatterns = [
    path("exchanges/", exchanges.exchange_list, name="numbering-exchange-list"),
    path("exchanges/new/", exchanges.exchange_new, name="numbering-exchange-create"),
    path("exchanges/<int:pk>/", exchanges.exchange_record, name="numbering-exchange-record"),
    path("exchanges/<int:pk>/blocks/new/", exchanges.block_new, name="numbering-block-create"),
    path("exchanges/<int:pk>/free-numbers/", exchanges.free_numbers, name="numbering-number-free"),
    path("trunks/", trunks.trunk_list, name="numbering-trunk-list"),
    path("trunks/new/", trunks.trunk_new, name="numbering-trunk-create"),
    path("trunks/way/", trunks.trunk_way, name="numbering-trunk-way"),
    path("trunks/<int:pk>/", trunks.trunk_record, name="numbering-trunk-record"),
    path("trunks/<int:pk>/change/", trunks.trunk_edit, name="numbering-trunk-change"),
    path("trunks/<int:pk>/account/", trunks.trunk_account, name="numbering-trunk-account"),
    path("trunks/<int:pk>/remove/", trunks.trunk_remove_now, name="numbering-trunk-remove"),
    path("numbers/", exchanges.number_list, name="numbering-number-list"),
    path("lines/", lines.line_list, name="numbering-line-list"),
    path("lines/<int:pk>/", lines.line_record, name="numbering-line-record"),
    path("lines/<int:pk>/change/", lines.line_edit, name="numbering-line-change"),
    path("lines/<int:pk>/services/", services.line_services, name="numbering-line-services"),
    path("lines/<int:pk>/one-number/", onenumber.line_one_number, name="numbering-line-one-number"),
    path("lines/<int:pk>/call-password/", onenumber.line_call_password, name="numbering-line-call-password"),
    path("lines/<int:pk>/suspend/", lines.line_suspend_form, name="numbering-line-suspend"),
    path("lines/<int:pk>/resume/", lines.line_resume_now, name="numbering-line-resume"),
    path("lines/<int:pk>/cease/", lines.line_cease_now, name="numbering-line-cease"),
    path("lines/<int:pk>/webphone/", webphone.webphone_grant, name="numbering-line-webphone"),
    path(
        "lines/<int:pk>/webphone/<int:user_id>/take/",
        webphone.webphone_take,
        name="numbering-line-webphone-take",
    ),
    path("webphone/", webphone.webphone, name="numbering-webphone-page"),
    path("webphone/<int:pk>/account/", webphone.webphone_account, name="numbering-webphone-account"),
    path("lines/<int:pk>/telephone/", lines.line_telephone, name="numbering-line-telephone"),
]
