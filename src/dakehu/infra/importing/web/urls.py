from __future__ import annotations

from django.urls import path

from dakehu.infra.importing.web import batches, lists, rows, uploads

urlpatterns = [
    path("imports/", lists.batch_list, name="importing-batch-list"),
    path("imports/<int:pk>/", batches.batch_record, name="importing-batch-record"),
    path("imports/<int:pk>/map/", batches.batch_map, name="importing-batch-map"),
    path("imports/<int:pk>/heading/", batches.batch_heading, name="importing-batch-heading"),
    path("imports/<int:pk>/mendable/", batches.batch_mendable, name="importing-batch-mendable"),
    path("imports/<int:pk>/rows/", rows.row_list, name="importing-row-list"),
    path("imports/<int:pk>/rows/<int:number>/", rows.row_mend, name="importing-row-mend"),
    path("imports/<int:pk>/rows/<int:number>/choose/", rows.row_choose, name="importing-row-choose"),
    path("imports/<int:pk>/do/<slug:verb>/", batches.batch_act, name="importing-batch-act"),
    path("imports/<slug:spec>/", uploads.batch_create, name="importing-batch-create"),
    path("imports/<slug:spec>/template/", uploads.template, name="importing-batch-template"),
]
