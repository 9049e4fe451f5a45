from __future__ import annotations

from django.db import models

from dakehu.infra.access.api import ScopeRule
from dakehu.numbering.domain import trunks
from dakehu.numbering.domain.trunks import Account, Gateway, Rewriting, Serves
from dakehu.numbering.models.numbers import Exchange


class TrunkGroup(models.Model):
    """Trunks of an exchange to another network (中继群); what the fields mean `domain.trunks` says.

    `gateways` are [host, port, transport], `prefixes` and `sources` texts. Of the account's password
    only HA1 is kept.
    """

    exchange = models.ForeignKey(Exchange, on_delete=models.PROTECT, related_name="trunk_groups")
    code = models.CharField(max_length=20, unique=True)
    serves = models.CharField(max_length=8, choices=[(s.value, s.value) for s in Serves], default=Serves.AREA)
    rank = models.PositiveSmallIntegerField(default=0)
    channels = models.PositiveIntegerField()
    reserved = models.PositiveIntegerField(default=0)
    gateways = models.JSONField()
    prefixes = models.JSONField()
    sources = models.JSONField(default=list)
    called_strip = models.PositiveSmallIntegerField(default=0)
    called_prepend = models.CharField(max_length=20, blank=True)
    calling_strip = models.PositiveSmallIntegerField(default=0)
    calling_prepend = models.CharField(max_length=20, blank=True)
    account_username = models.CharField(max_length=60, blank=True)
    account_realm = models.CharField(max_length=80, blank=True)
    account_ha1_md5 = models.CharField(max_length=32, blank=True)
    account_ha1_sha256 = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=1)

    SCOPE = ScopeRule(path="exchange__org_city", city="exchange__org_city")

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code

    def value(self) -> trunks.TrunkGroup:
        """The group as the rules see it; needs `exchange`."""
        return trunks.TrunkGroup(
            code=self.code,
            exchange=self.exchange.code,
            area_code=self.exchange.area_code,
            gateways=tuple(Gateway(*gateway) for gateway in self.gateways),
            prefixes=tuple(self.prefixes),
            serves=Serves(self.serves),
            order=self.rank,
            channels=self.channels,
            reserved=self.reserved,
            called=Rewriting(self.called_strip, self.called_prepend),
            calling=Rewriting(self.calling_strip, self.calling_prepend),
            sources=tuple(self.sources),
            account=self._account(),
        )

    def _account(self) -> Account | None:
        if not self.account_username:
            return None
        return Account(
            self.account_username, self.account_realm, self.account_ha1_md5, self.account_ha1_sha256
        )
