"""Lines hang on customers: when two files are merged they go to the survivor (KAM-03)."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from dakehu.customers.api import Hanging, register_hanging
from dakehu.infra.outbox.api import publish
from dakehu.numbering.models import Line
from dakehu.numbering.services.lines import LINE_CHANGED


def register() -> None:
    register_hanging(Hanging("lines", _("Lines"), Line, tell=_tell))


def _tell(ids: Sequence[int]) -> None:
    """Calls are charged to the customer whom the voice directory names."""
    numbers = list(Line.objects.filter(pk__in=ids).values_list("public_number_id", flat=True))
    publish(LINE_CHANGED, key=ids[0], payload={"numbers": numbers})
