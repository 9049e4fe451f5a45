"""The person's background jobs: list, one job, its progress, cancelling it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from dakehu.infra.jobs.api import cancel
from dakehu.infra.ui.jobs import JOB_STATES, JOBS, own_job
from dakehu.infra.ui.lists.views import list_view
from dakehu.infra.ui.pages import page
from dakehu.infra.ui.requests import actor_of, go_to, is_fragment

job_list = list_view(JOBS)


@page(methods=("GET",))
def job_record(request: HttpRequest, pk: UUID) -> HttpResponse:
    job = own_job(actor_of(request), pk)
    back = (_("My jobs"), reverse("ui-job-list"))
    context = {"title": job.title, "job": job, "badge": JOB_STATES[job.state], "back": back}
    return render(request, "ui/job.html", context)


@page(methods=("GET",))
def job_progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What a page polls: the progress component afresh; when the job is over it asks no more."""
    job = own_job(actor_of(request), pk)
    response = render(request, "ui/fragments/job.html", {"job": job, "badge": JOB_STATES[job.state]})
    if job.is_over:
        response["HX-Trigger"] = "ui:job-over"
    return response


@page(methods=("POST",))
def job_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    job = cancel(actor_of(request), pk)
    if is_fragment(request):
        return render(request, "ui/fragments/job.html", {"job": job, "badge": JOB_STATES[job.state]})
    return go_to(request, reverse("ui-job-record", args=[pk]))
