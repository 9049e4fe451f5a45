from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.infra.access.api import OrgScoped
from dakehu.notices.domain.robots import Style
from dakehu.organisation.api import OrgUnit


class Preference(models.Model):
    """How a person wants to be told. Kinds that `chosen` doesn't hold go by the kind's own default.

    `chosen` maps a kind to the ways beside the page: "mail", "robot".
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    chosen = models.JSONField(default=dict)
    language = models.CharField(max_length=10, default="zh-hans")
    quiet_from = models.PositiveSmallIntegerField(default=22)
    quiet_to = models.PositiveSmallIntegerField(default=7)
    digest_hour = models.PositiveSmallIntegerField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)


class Robot(OrgScoped):
    """The robot of a unit's chat group. Its address and secret are sealed; pages show neither.

    It is told of `kinds` that concern the unit's subtree, and what people of the unit want to be called for.
    """

    class Kind(models.TextChoices):
        WECOM = Style.WECOM.value, pgettext_lazy("robot", "WeCom")
        DINGTALK = Style.DINGTALK.value, _("DingTalk")

    name = models.CharField(max_length=60)
    org_unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+")
    style = models.CharField(max_length=10, choices=Kind.choices, default=Kind.WECOM)
    address_sealed = models.TextField()
    secret_sealed = models.TextField(blank=True)
    host = models.CharField(max_length=255)
    kinds = models.JSONField(default=list)
    language = models.CharField(max_length=10, default="zh-hans")
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["org_unit", "name"], name="robot_name_once")]

    def __str__(self) -> str:
        return self.name
