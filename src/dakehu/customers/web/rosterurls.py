from __future__ import annotations

from django.urls import path

from dakehu.customers.web import credit, disputes, roster, rosterlists

urlpatterns = [
    path("roster/", rosterlists.entry_list, name="customers-roster-list"),
    path("roster/desk/", rosterlists.desk_list, name="customers-roster-desk"),
    path("roster/new/", roster.entry_new, name="customers-roster-create"),
    path("roster/rule/", roster.rule_change, name="customers-rosterrule-change"),
    path("roster/ownership/", rosterlists.ownership_list, name="customers-ownership-list"),
    path("roster/credit/", credit.credit_board, name="customers-credit-board"),
    path("roster/<int:pk>/", roster.entry_record, name="customers-roster-record"),
    path("roster/<int:pk>/<str:event>/", roster.entry_step, name="customers-roster-step"),
    path("customers/<int:pk>/ownership/", roster.customer_panel, name="customers-ownership-panel"),
    path("disputes/", rosterlists.dispute_list, name="customers-dispute-list"),
    path("disputes/new/", disputes.dispute_new, name="customers-dispute-create"),
    path("disputes/<int:pk>/", disputes.dispute_record, name="customers-dispute-record"),
    path("disputes/<int:pk>/claim/", disputes.claim_new, name="customers-dispute-claim"),
    path("disputes/<int:pk>/decide/", disputes.dispute_decision, name="customers-dispute-decide"),
    path("disputes/<int:pk>/close/", disputes.dispute_close, name="customers-dispute-close"),
]
