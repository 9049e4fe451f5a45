from __future__ import annotations

from django.urls import path
from django.views.i18n import set_language

from dakehu.infra.ui.web import jobs, search, views, workbench

urlpatterns = [
    path("", workbench.workbench, name="ui-workbench"),
    path("workbench/arrange/", workbench.workbench_arrange, name="ui-workbench-arrange"),
    path("workbench/tiles/<str:name>/", workbench.tile, name="ui-tile-body"),
    path("search/", search.search, name="ui-search"),
    path("search/pick/<str:source>/", search.pick, name="ui-search-pick"),
    path("jobs/", jobs.job_list, name="ui-job-list"),
    path("jobs/<uuid:pk>/", jobs.job_record, name="ui-job-record"),
    path("jobs/<uuid:pk>/progress/", jobs.job_progress, name="ui-job-progress"),
    path("jobs/<uuid:pk>/cancel/", jobs.job_cancel, name="ui-job-cancel"),
    path("lists/<str:name>/columns/", views.columns_choose, name="ui-view-columns"),
    path("lists/<str:name>/views/", views.view_save, name="ui-view-save"),
    path("lists/views/<int:pk>/delete/", views.view_delete, name="ui-view-delete"),
    path("language/", set_language, name="set_language"),
]
