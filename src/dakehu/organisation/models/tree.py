from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dakehu.infra.access.scope import ScopeRule


class OrgUnit(models.Model):
    """A unit of the four-level organisation: province, city, county, team (省, 市, 县, 组).

    `path` is the materialised path that data scope works by (see `infra.access.scope`); it is given at
    creation and changes only by a move, which rewrites the subtree's rows.
    """

    class Level(models.IntegerChoices):
        PROVINCE = 1, _("Province")
        CITY = 2, _("City")
        COUNTY = 3, _("County")
        TEAM = 4, _("Team")

    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    path = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=80)
    short_name = models.CharField(max_length=40)
    area_code = models.CharField(max_length=4, blank=True)
    is_open = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    SCOPE = ScopeRule(path="path", city="")

    class Meta:
        ordering = ["path"]

    def __str__(self) -> str:
        return self.name


class UnitPast(models.Model):
    """How a unit stood until a moment: its parent, path, name and whether it was open.

    Written before each change, so that the unit as of any moment is the first of its rows that ends later,
    or else the unit itself. A path that stands here is never given out again.
    """

    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="past")
    parent = models.ForeignKey(OrgUnit, null=True, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=24, db_index=True)
    name = models.CharField(max_length=80)
    is_open = models.BooleanField()
    until = models.DateTimeField()

    SCOPE = ScopeRule(path="unit__path", city="")

    class Meta:
        ordering = ["until", "id"]
        indexes = [models.Index(fields=["unit", "until"])]
