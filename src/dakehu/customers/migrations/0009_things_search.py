"""The search index of what hangs on customers: contacts, contracts, documents, visits and so on."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from dakehu.customers.models.search_index import THINGS


def create(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in THINGS.create_statements(editor.connection.vendor):
        editor.execute(statement)


def drop(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    editor.execute(f"DROP TABLE {THINGS.table}")


class Migration(migrations.Migration):
    dependencies = [("customers", "0008_grade_and_revenue")]
    operations = [migrations.RunPython(create, drop)]
