from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("centrex", "0002_feature_codes")]

    operations = [
        migrations.AddField("centrexgroup", "night_number", models.CharField(blank=True, max_length=16)),
    ]
