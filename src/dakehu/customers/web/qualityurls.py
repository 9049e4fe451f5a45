from __future__ import annotations

from django.urls import path

from dakehu.customers.web import quality, qualityfilling, qualitylists, qualityrules

urlpatterns = [
    path("customers/<int:pk>/quality/", quality.quality_panel, name="customers-quality-panel"),
    path("customers/quality/", quality.quality_board, name="customers-quality-board"),
    path("customers/quality/accounts/", qualitylists.account_list, name="customers-quality-list"),
    path("customers/quality/faults/", qualitylists.fault_list, name="customers-quality-fault-list"),
    path("customers/quality/tasks/", qualitylists.task_list, name="customers-quality-task-list"),
    path("customers/quality/fill/", qualityfilling.fill_list, name="customers-fill-list"),
    path(
        "customers/quality/fill/<int:pk>/<slug:subject>/",
        qualityfilling.fill_one,
        name="customers-fill-one",
    ),
    path("customers/quality/rules/", qualityrules.rule_list, name="customers-quality-rule-list"),
    path("customers/quality/rules/new/", qualityrules.rule_new, name="customers-quality-rule-create"),
    path("customers/quality/rules/effect/", qualityrules.rule_preview, name="customers-quality-rule-effect"),
    path("customers/quality/rules/run/", qualityrules.judge_all, name="customers-quality-rule-run"),
    path("customers/quality/rules/<int:pk>/", qualityrules.rule_edit, name="customers-quality-rule-change"),
    path("customers/quality/rules/<int:pk>/end/", qualityrules.rule_end, name="customers-quality-rule-end"),
]
