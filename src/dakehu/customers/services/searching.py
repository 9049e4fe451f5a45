"""The search for files that may be one customer: all of the actor's view against each other.

Theory of operation. A million names are not compared with a million others. Each file writes a line for each
of its signatures (`domain.alike`) and for its credit code into one of some hundred temporary files, chosen by
the signature; then each of these is sorted, files that share a signature stand together, and these alone are
compared. Time grows with the number of files, memory with a hundredth of it. Nothing is kept before the end:
a search that is cancelled, or that dies and is begun again, leaves what was found before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import combinations, groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from zlib import crc32

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dakehu.customers.domain.alike import Closeness, closeness, components, signatures
from dakehu.customers.models import Customer, LikePair
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.customers import customers_for
from dakehu.customers.selectors.pairs import open_pairs
from dakehu.infra.access.api import Actor
from dakehu.infra.audit.api import Change, record
from dakehu.infra.clock import now
from dakehu.infra.jobs.api import Run, job, start
from dakehu.infra.jobs.models import Job
from dakehu.kernel.errors import NotFound

KIND = "customers.duplicates"
MOST_PAIRS = 2_000
_MOST_ALIKE = 30
"""A signature that more files share is a common name, and tells nothing."""
_PARTS = 128
_BATCH = 2_000
Pair = tuple[int, int]


class _Line(NamedTuple):
    signature: str
    pk: int
    parent: int
    key: str


def search_start(*, actor: Actor) -> Job:
    """Begin the search in the background, or give the actor's search that is under way."""
    customers_for(actor, Permission.MERGE)
    running = Job.objects.filter(kind=KIND, owner_id=actor.user_id).order_by("-created_at").first()
    return running if running is not None and not running.is_over else start(actor, KIND)


def register() -> None:
    """Make the search known to the worker. Called from `AppConfig.ready`."""
    job(KIND, title=gettext_lazy("Search for duplicate customers"))(search_job)


def search_job(run: Run) -> dict[str, object]:
    found = search_pairs(run.actor, run.progress)
    keep_pairs(run.actor, found)
    return {
        "summary": _("%(count)s likely pairs were found.") % {"count": f"{len(found):,}"},
        "url": reverse("customers-duplicate-list"),
    }


def search_pairs(actor: Actor, progress: Callable[[int, int, str], None]) -> dict[Pair, Closeness]:
    """The likeliest pairs, `MOST_PAIRS` at most; what `progress` raises passes."""
    rows = customers_for(actor, Permission.MERGE)
    total = max(rows.count(), 1)
    distinct = set(LikePair.objects.filter(is_distinct=True).values_list("low", "high"))
    found: dict[Pair, Closeness] = {}
    with TemporaryDirectory(prefix="dakehu-duplicates-") as folder:
        parts = [Path(folder) / str(part) for part in range(_PARTS)]
        _spread(rows, parts, lambda done: progress(done // 2, total, _("Reading names")))
        for at, part in enumerate(parts):
            progress((total + total * at // _PARTS) // 2, total, _("Comparing names"))
            for pair, close in _pairs_in(part):
                if pair not in distinct:
                    found[pair] = max(close, found.get(pair, close))
            found = _likeliest(found)
    progress(total, total, "")
    return found


def _spread(rows: QuerySet[Customer], parts: Sequence[Path], tell: Callable[[int], None]) -> None:
    """Write each file's lines into the parts that its signatures choose."""
    with ExitStack() as stack:
        files = [stack.enter_context(part.open("w", encoding="utf-8")) for part in parts]
        last, done = 0, 0
        columns = ("pk", "parent_id", "name_key", "credit_code")
        while some := list(rows.filter(pk__gt=last).order_by("pk").values_list(*columns)[:_BATCH]):
            for pk, parent, key, code in some:
                for signature in (*signatures(key), *([f"c{code}"] if code else [])):
                    line = f"{signature}\t{pk}\t{parent or 0}\t{key}\n"
                    files[crc32(signature.encode()) % len(files)].write(line)
            last, done = some[-1][0], done + len(some)
            tell(done)


def keep_pairs(actor: Actor, found: Mapping[Pair, Closeness]) -> None:
    """Put what was found in the place of the open pairs of the actor's view."""
    group = components(found)
    at = now()
    with transaction.atomic():
        LikePair.objects.filter(pk__in=list(open_pairs(actor).values_list("pk", flat=True))).delete()
        rows = [
            LikePair(low=low, high=high, closeness=close, group=group[low], found_at=at)
            for (low, high), close in sorted(found.items())
        ]
        LikePair.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)


def declare_distinct(*, actor: Actor, low: int, high: int) -> None:
    """Remember that the two are different customers: no search names them again. Idempotent."""
    low, high = sorted((low, high))
    with transaction.atomic():
        rows = customers_for(actor, Permission.MERGE).filter(pk__in=[low, high])
        seen = {row.pk: row for row in rows}
        if len(seen) != len({low, high}) or low == high:
            raise NotFound(noun="customer", id=f"{low}, {high}")
        values = {"is_distinct": True, "decided_by": actor.name, "decided_at": now()}
        fresh = {**values, "closeness": 0, "group": low, "found_at": now()}
        row, is_new = LikePair.objects.select_for_update().get_or_create(low=low, high=high, defaults=fresh)
        if not is_new:
            if row.is_distinct:
                return
            LikePair.objects.filter(pk=row.pk).update(**values)
        for one, other in ((seen[low], seen[high]), (seen[high], seen[low])):
            label = f"{other.name}（{other.code}）"
            after = {"other_than": label}
            record(actor, "customer.distinct", Change("customer", one.pk, one.name, {}, after, one.org_path))


def _pairs_in(part: Path) -> Iterator[tuple[Pair, Closeness]]:
    lines = sorted(_read(part))
    for signature, members in groupby(lines, key=lambda line: line.signature):
        alike = list(members)
        if not 1 < len(alike) <= _MOST_ALIKE:
            continue
        for one, other in combinations(alike, 2):
            if _are_kin(one, other):
                continue
            close = Closeness.CODE if signature[0] == "c" else closeness(one.key, other.key)
            if close is not None and close > Closeness.SHORT_SLIP:
                yield (min(one.pk, other.pk), max(one.pk, other.pk)), close


def _are_kin(one: _Line, other: _Line) -> bool:
    """Somebody has said how the two belong together: one below the other, or both below a third."""
    return one.parent == other.pk or other.parent == one.pk or (one.parent == other.parent != 0)


def _read(part: Path) -> Iterable[_Line]:
    with part.open(encoding="utf-8") as lines:
        for line in lines:
            signature, pk, parent, key = line.rstrip("\n").split("\t", 3)
            yield _Line(signature, int(pk), int(parent), key)


def _likeliest(found: dict[Pair, Closeness]) -> dict[Pair, Closeness]:
    if len(found) <= MOST_PAIRS:
        return found
    best = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return dict(best[:MOST_PAIRS])
