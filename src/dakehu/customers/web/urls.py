from __future__ import annotations

from django.urls import path

from dakehu.customers.web import (
    churn,
    contacts,
    files,
    grading,
    lists,
    merges,
    merging,
    qualityurls,
    relation_urls,
    revenue,
    rosterurls,
)

urlpatterns = [
    *relation_urls.urlpatterns,
    *rosterurls.urlpatterns,
    *qualityurls.urlpatterns,
    path("customers/", lists.customer_list, name="customers-customer-list"),
    path("customers/new/", files.customer_new, name="customers-customer-create"),
    path("customers/check/", files.customer_check, name="customers-customer-check"),
    path("customers/duplicates/", merging.duplicate_list, name="customers-duplicate-list"),
    path("customers/duplicates/search/", merging.duplicate_search, name="customers-duplicate-search"),
    path(
        "customers/duplicates/<int:pk>/<int:other>/distinct/",
        merging.duplicate_distinct,
        name="customers-duplicate-distinct",
    ),
    path("customers/<int:pk>/merge/", merging.merge_choose, name="customers-merge-choose"),
    path("customers/<int:pk>/merge/<int:other>/", merging.merge_pair, name="customers-merge-pair"),
    path("customers/merges/", merges.merge_list, name="customers-merge-list"),
    path("customers/merges/<int:pk>/", merges.merge_record, name="customers-merge-record"),
    path("customers/merges/<int:pk>/undo/", merges.merge_end, name="customers-merge-undo"),
    path("customers/<int:pk>/", files.customer_record, name="customers-customer-record"),
    path("customers/<int:pk>/change/", files.customer_edit, name="customers-customer-change"),
    path("customers/<int:pk>/check/", files.customer_check, name="customers-customer-check-other"),
    path("customers/<int:pk>/move/<str:event>/", files.customer_move_on, name="customers-customer-move"),
    path(
        "customers/<int:pk>/collaborators/new/", files.collaborator_new, name="customers-collaborator-create"
    ),
    path(
        "customers/<int:pk>/collaborators/<int:user>/remove/",
        files.collaborator_end,
        name="customers-collaborator-remove",
    ),
    path("customers/<int:pk>/contacts/new/", contacts.contact_new, name="customers-contact-create"),
    path("customers/contacts/<int:pk>/", contacts.contact_edit, name="customers-contact-change"),
    path("customers/contacts/<int:pk>/remove/", contacts.contact_end, name="customers-contact-remove"),
    path("customers/<int:pk>/revenue/", revenue.revenue_panel, name="customers-revenue-panel"),
    path("customers/<int:pk>/grade/", grading.grade_panel, name="customers-grade-panel"),
    path("customers/<int:pk>/grade/now/", grading.grade_now, name="customers-grade-now"),
    path("customers/<int:pk>/grade/hand/", grading.grade_by_hand, name="customers-grade-hand"),
    path("customers/<int:pk>/warnings/", churn.warning_panel, name="customers-warning-panel"),
    path("customers/grading/", grading.rule_list, name="customers-graderule-list"),
    path("customers/grading/new/", grading.rule_new, name="customers-graderule-create"),
    path("customers/grading/defaults/", grading.rule_defaults, name="customers-graderule-defaults"),
    path("customers/grading/preview/", grading.rule_preview, name="customers-graderule-preview"),
    path("customers/grading/run/", grading.grade_all, name="customers-graderule-run"),
    path("customers/grading/<int:pk>/", grading.rule_edit, name="customers-graderule-change"),
    path("customers/grading/<int:pk>/remove/", grading.rule_end, name="customers-graderule-remove"),
    path("customers/warnings/", churn.warning_list, name="customers-warning-list"),
    path("customers/warnings/<int:pk>/", churn.warning_record, name="customers-warning-record"),
    path("customers/warnings/<int:pk>/take/", churn.warning_take, name="customers-warning-take"),
    path(
        "customers/warnings/<int:pk>/close/<str:event>/", churn.warning_close, name="customers-warning-close"
    ),
    path("customers/warnings/thresholds/", churn.threshold_list, name="customers-threshold-list"),
    path("customers/warnings/run/", churn.watch_all, name="customers-threshold-run"),
    path(
        "customers/warnings/thresholds/<slug:signal>/",
        churn.threshold_edit,
        name="customers-threshold-change",
    ),
]
