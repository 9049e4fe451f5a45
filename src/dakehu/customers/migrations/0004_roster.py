"""The named-account list, and ownership by day: today's owners get a first period since their file was made."""

from __future__ import annotations

import dakehu.customers.domain.disputes
import dakehu.customers.domain.roster
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_DAY = {
    "postgresql": "(created_at AT TIME ZONE 'Asia/Shanghai')::date",
    "sqlite": "date(created_at, '+8 hours')",
}


def first_periods(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    day = _DAY[editor.connection.vendor]
    editor.execute(
        "INSERT INTO customers_ownershipperiod (customer_id, owner_id, since) "
        f"SELECT id, owner_id, {day} FROM customers_customer WHERE owner_id IS NOT NULL"  # noqa: S608 - our own
    )


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0003_relations"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReclaimRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("idle_days", models.PositiveSmallIntegerField(default=90)),
                ("grace_days", models.PositiveSmallIntegerField(default=15)),
                ("rest_days", models.PositiveSmallIntegerField(default=30)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name="OwnershipDispute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        default=dakehu.customers.domain.disputes.DisputeState["OPEN"], max_length=10
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("since", models.DateField(blank=True, null=True)),
                ("decision", models.CharField(blank=True, max_length=1000)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "awarded_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disputes",
                        to="customers.customer",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DisputeClaim",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("evidence", models.CharField(max_length=2000)),
                ("filed_at", models.DateTimeField()),
                (
                    "claimant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "dispute",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="claims",
                        to="customers.ownershipdispute",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="OwnershipPeriod",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ownership",
                        to="customers.customer",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RosterEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("criterion", models.CharField(max_length=20)),
                ("reason", models.CharField(max_length=500)),
                (
                    "state",
                    models.CharField(
                        default=dakehu.customers.domain.roster.EntryState["APPLIED"], max_length=10
                    ),
                ),
                ("applied_at", models.DateTimeField()),
                ("since", models.DateField(blank=True, null=True)),
                ("until", models.DateField(blank=True, null=True)),
                ("warned_on", models.DateField(blank=True, null=True)),
                ("check_on", models.DateField(blank=True, null=True)),
                ("last_reason", models.CharField(blank=True, max_length=500)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="roster",
                        to="customers.customer",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "previous",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.rosterentry",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RosterShare",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("percent", models.PositiveSmallIntegerField()),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shares",
                        to="customers.rosterentry",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="ownershipdispute",
            index=models.Index(fields=["opened_at", "id"], name="dispute_opened"),
        ),
        migrations.AddIndex(
            model_name="ownershipdispute",
            index=models.Index(fields=["customer", "id"], name="dispute_customer"),
        ),
        migrations.AddConstraint(
            model_name="ownershipdispute",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")), fields=("customer",), name="dispute_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="disputeclaim",
            constraint=models.UniqueConstraint(fields=("dispute", "claimant"), name="dispute_claim_once"),
        ),
        migrations.AddIndex(
            model_name="ownershipperiod",
            index=models.Index(fields=["owner", "since", "id"], name="ownership_owner"),
        ),
        migrations.AddIndex(
            model_name="ownershipperiod",
            index=models.Index(fields=["since", "id"], name="ownership_since"),
        ),
        migrations.AddConstraint(
            model_name="ownershipperiod",
            constraint=models.UniqueConstraint(fields=("customer", "since"), name="ownership_one_a_day"),
        ),
        migrations.AddConstraint(
            model_name="ownershipperiod",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until__isnull", True)), fields=("customer",), name="ownership_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="ownershipperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until__isnull", True), ("until__gt", models.F("since")), _connector="OR"
                ),
                name="ownership_forward",
            ),
        ),
        migrations.AddIndex(
            model_name="rosterentry",
            index=models.Index(fields=["customer", "state"], name="roster_customer"),
        ),
        migrations.AddIndex(
            model_name="rosterentry",
            index=models.Index(fields=["state", "applied_at", "id"], name="roster_state"),
        ),
        migrations.AddIndex(
            model_name="rosterentry",
            index=models.Index(fields=["applied_at", "id"], name="roster_applied"),
        ),
        migrations.AddIndex(
            model_name="rosterentry",
            index=models.Index(
                condition=models.Q(("check_on__isnull", False)), fields=["check_on"], name="roster_check_on"
            ),
        ),
        migrations.AddConstraint(
            model_name="rosterentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["in_force", "warned", "leaving"])),
                fields=("customer",),
                name="roster_one_current",
            ),
        ),
        migrations.AddConstraint(
            model_name="rosterentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["applied", "reviewed"])),
                fields=("customer", "owner"),
                name="roster_one_application",
            ),
        ),
        migrations.AddConstraint(
            model_name="rostershare",
            constraint=models.UniqueConstraint(fields=("entry", "user"), name="roster_share_once"),
        ),
        migrations.AddConstraint(
            model_name="rostershare",
            constraint=models.CheckConstraint(
                condition=models.Q(("percent__gte", 1), ("percent__lte", 100)), name="roster_share_range"
            ),
        ),
        migrations.RunPython(first_periods, migrations.RunPython.noop),
    ]
