from __future__ import annotations

from django.urls import path

from dakehu.customers.web import contacts, files, lists, merging

urlpatterns = [
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
    path("customers/merges/<int:pk>/undo/", merging.merge_end, name="customers-merge-undo"),
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
]
