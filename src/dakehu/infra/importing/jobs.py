"""The jobs of an import, one per state at work."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dakehu.infra.importing.services.checking import check_job
from dakehu.infra.importing.services.committing import commit_job
from dakehu.infra.importing.services.undoing import undo_job
from dakehu.infra.importing.services.uploading import read_job
from dakehu.infra.jobs.api import job

job("importing.read", title=_("Reading and checking an import"))(read_job)
job("importing.check", title=_("Checking an import"))(check_job)
job("importing.commit", title=_("Saving an import"))(commit_job)
job("importing.undo", title=_("Undoing an import"))(undo_job)
