from __future__ import annotations

from django.urls import path

from dakehu.infra.files.web import views

urlpatterns = [path("files/<uuid:pk>/", views.download, name="files-file-download")]
