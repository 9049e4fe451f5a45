"""A noun to import in tests: roles, whose code is unique in the database and whose name warns."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import xlsxwriter
from django.apps import apps

from dakehu.infra.access.api import Actor
from dakehu.infra.importing.api import (
    Duplicate,
    Finding,
    ImportColumn,
    ImportSpec,
    Made,
    Outcome,
    parsers,
    register_import,
)
from dakehu.infra.importing.models import ImportBatch
from dakehu.infra.importing.services.uploading import import_upload
from dakehu.infra.worker import drain
from dakehu.kernel.errors import Conflict, DomainError

PERMISSION = "test.import"
CODE = parsers.code(20, form=r"[A-Z]{2}\d{4,16}")
HEADINGS = ["编号", "名称", "启用日期", "月收入", "类别"]


class SameCode(DomainError):
    """Data: `name`."""

    code = "domain.not_found"


@dataclass(frozen=True, slots=True)
class RoleDraft:
    code: str
    name: str
    since: date | None
    revenue: int | None
    kind: str | None


def roles() -> Any:
    return apps.get_model("organisation", "Role").objects


def check(_actor: Actor, drafts: Sequence[RoleDraft]) -> list[Finding]:
    by_code = dict(roles().filter(code__in=[d.code for d in drafts]).values_list("code", "pk"))
    by_name = dict(roles().filter(name__in=[d.name for d in drafts]).values_list("name", "pk"))
    findings = []
    for draft in drafts:
        found = []
        if draft.code in by_code:
            found.append(Duplicate(SameCode(field="code", name=draft.code), str(by_code[draft.code]), False))
        if draft.name in by_name:
            found.append(Duplicate(SameCode(field="name", name=draft.name), str(by_name[draft.name])))
        findings.append(Finding((), found))
    return findings


def commit(actor: Actor, drafts: Sequence[RoleDraft], wanted: Sequence[bool]) -> list[Outcome]:
    outcomes: list[Outcome] = []
    model, new = roles().model, []
    for draft, meant, finding in zip(drafts, wanted, check(actor, drafts), strict=True):
        if finding.duplicates and not (meant and all(item.importable for item in finding.duplicates)):
            outcomes.append(finding)
            continue
        role = model(code=draft.code, name=draft.name, name_en=str(draft.since or ""))
        new.append((len(outcomes), role))
        outcomes.append(finding)
    saved = roles().bulk_create([role for _place, role in new])
    for (place, _role), role in zip(new, saved, strict=True):
        outcomes[place] = Made(str(role.pk), role.version)
    return outcomes


def undo(_actor: Actor, made: Sequence[Made]) -> list[DomainError | None]:
    found = roles().in_bulk([int(item.object_id) for item in made])
    outcomes: list[DomainError | None] = []
    for item in made:
        role = found.get(int(item.object_id))
        if role is not None and role.version != item.version:
            outcomes.append(Conflict(noun="role", version=item.version, current=role.version))
        else:
            if role is not None:
                role.delete()
            outcomes.append(None)
    return outcomes


def keys(draft: RoleDraft) -> Mapping[str, str]:
    return {"code": draft.code, "name": draft.name}


SPEC = ImportSpec(
    name="test-roles",
    noun="role",
    title="Roles",
    permission=PERMISSION,
    columns=[
        ImportColumn(
            "code", "编号", parsers.code(20, form=r"[A-Z]{2}\d{4,16}"), ("代码", "Code"), True, "AA0001"
        ),
        ImportColumn("name", "名称", parsers.name(40), ("角色名称", "Name"), True, "例子"),
        ImportColumn("since", "启用日期", parsers.day(), ("启用时间", "Since")),
        ImportColumn("revenue", "月收入", parsers.yuan(), ("收入",)),
        ImportColumn("kind", "类别", parsers.choice({"甲": "a", "乙": "b", "A": "a"})),
    ],
    draft=RoleDraft,
    check=check,
    commit=commit,
    undo=undo,
    keys=keys,
    unique=frozenset({"code"}),
    max_rows=5000,
)
register_import(SPEC)


def row(number: int, **changes: object) -> list[object]:
    """A good row of its own."""
    values: dict[str, object] = {
        "编号": f"AB{number:04d}",
        "名称": f"角色{number}",
        "启用日期": date(2026, 1, 5),
        "月收入": 1234.5,
        "类别": "甲",
    }
    values.update(changes)
    return list(values.values())


def workbook(rows: Iterable[Sequence[object]], headings: Sequence[str] = HEADINGS, above: int = 0) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet("数据")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for line in range(above):
            sheet.merge_range(line, 0, line, 4, f"标题{line}", None) if line == 0 else None
        for number, cells in enumerate([headings, *rows], start=above):
            for place, cell in enumerate(cells):
                if isinstance(cell, date):
                    sheet.write_datetime(number, place, cell, day)
                elif isinstance(cell, str) and not cell.startswith("=f:"):
                    sheet.write_string(number, place, cell)
                elif isinstance(cell, str):
                    sheet.write_formula(number, place, "=1", None, cell[3:])
                elif cell is not None:
                    sheet.write(number, place, cell)
    return file.getvalue()


def uploaded(actor: Actor, content: bytes, name: str = "角色.xlsx") -> ImportBatch:
    """The batch after the upload and whatever its job did."""
    batch = import_upload(actor=actor, spec=SPEC.name, name=name, chunks=[content])
    return worked(batch)


def worked(batch: ImportBatch) -> ImportBatch:
    """The batch after all waiting jobs."""
    drain("tasks")
    return ImportBatch.objects.get(pk=batch.pk)
