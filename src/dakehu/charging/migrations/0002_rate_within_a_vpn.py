from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def add_rate(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Every tariff published so far says what a call within an enterprise VPN costs (VPN-03)."""
    rates = apps.get_model("charging", "TariffRate")
    for tariff in apps.get_model("charging", "Tariff").objects.all():
        rates.objects.get_or_create(
            tariff=tariff,
            call_class="in_vpn",
            defaults={"first_s": 0, "first_hao": 0, "unit_s": 60, "unit_hao": 600},
        )


class Migration(migrations.Migration):
    dependencies = [("charging", "0001_initial")]
    operations = [migrations.RunPython(add_rate, migrations.RunPython.noop)]
