from __future__ import annotations

from django.urls import path

from dakehu.customers.web import contacts, files, lists, relation_urls, rosterurls

urlpatterns = [
    *relation_urls.urlpatterns,
    *rosterurls.urlpatterns,
    path("customers/", lists.customer_list, name="customers-customer-list"),
    path("customers/new/", files.customer_new, name="customers-customer-create"),
    path("customers/check/", files.customer_check, name="customers-customer-check"),
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
