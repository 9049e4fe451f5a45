"""What the test of killed workers runs in processes of its own: `python -m …tests.killing VERB`."""

from __future__ import annotations

import io
import os
import sys
from typing import Any

ROWS = 3000


def prepare() -> None:
    """An organisation, an importer, an uploaded workbook; prints the import's id."""
    import xlsxwriter

    from dakehu.infra.importing.services.uploading import import_upload
    from dakehu.organisation.models import OrgUnit, Role, User
    from dakehu.organisation.seed import seed
    from dakehu.organisation.selectors.actors import actor_for

    seed()
    user = User.objects.create_user("importer", name="导入员", org_unit=OrgUnit.objects.get(path="0001"))
    user.roles.set(Role.objects.filter(code="administrator"))
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["客户名称", "月均收入（元）"])
        for number in range(1, ROWS + 1):
            sheet.write_row(number, 0, [f"第{number}号煤矿", number])
    batch = import_upload(actor=actor_for(user), spec="customers", name="a.xlsx", chunks=[file.getvalue()])
    sys.stdout.write(str(batch.pk))


def commit(batch_id: int) -> None:
    from dakehu.infra.importing.services.committing import import_commit
    from dakehu.organisation.models import User
    from dakehu.organisation.selectors.actors import actor_for

    import_commit(actor=actor_for(User.objects.get(username="importer")), batch_id=batch_id)


def undo(batch_id: int) -> None:
    from dakehu.infra.importing.services.undoing import import_undo
    from dakehu.organisation.models import User
    from dakehu.organisation.selectors.actors import actor_for

    import_undo(actor=actor_for(User.objects.get(username="importer")), batch_id=batch_id)


def figures() -> None:
    """What there is of the import, as numbers that must agree."""
    from django.db import connection
    from django.db.models import Count

    from dakehu.customers.models import Customer
    from dakehu.infra.audit.models import AuditEntry
    from dakehu.infra.importing.models import ImportMade

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM customers_search")
        words = cursor.fetchone()[0]
    doubled: Any = Customer.objects.values("name").annotate(n=Count("pk")).filter(n__gt=1).count()
    made = ImportMade.objects.filter(removed=False).count()
    traced = AuditEntry.objects.filter(noun="customer", action="customer.import").count()
    sys.stdout.write(" ".join(map(str, (Customer.objects.count(), made, traced, words, doubled))))


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dakehu.config.settings")
    import django

    django.setup()
    verb, *numbers = sys.argv[1:]
    verbs: dict[str, Any] = {"prepare": prepare, "commit": commit, "undo": undo, "figures": figures}
    verbs[verb](*map(int, numbers))


if __name__ == "__main__":
    main()
