from __future__ import annotations

from django.db import models
from django.db.models import Q

from dakehu.customers.api import Customer
from dakehu.infra.access.api import ScopeRule
from dakehu.numbering.domain.lines import LineKind, LineStatus
from dakehu.numbering.domain.onenumber import OneNumber, one_number_from
from dakehu.numbering.domain.services import NO_ANSWER_S, Restriction, Services, SetBy
from dakehu.numbering.models.numbers import Exchange, PublicNumber
from dakehu.organisation.api import User

_RIGHTS = ("own_group", "local", "national", "international")


class Line(models.Model):
    """A line in service (LIN-01): a number, an exchange, a customer. A ceased line stays as history.

    `rights_level` and `rights_special` are the call rights of a line outside any group (CTX-06's levels
    but the first); a group's member has those of its membership. A line `is_multichannel` where one number
    takes many calls: it is never busy for the exchange.
    """

    public_number = models.ForeignKey(PublicNumber, on_delete=models.PROTECT, related_name="lines")
    exchange = models.ForeignKey(Exchange, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="lines", db_index=False)
    kind = models.CharField(max_length=8, choices=[(k.value, k.value) for k in LineKind])
    status = models.CharField(
        max_length=19, choices=[(s.value, s.value) for s in LineStatus], default=LineStatus.ACTIVE
    )
    rights_level = models.CharField(max_length=13, choices=[(r, r) for r in _RIGHTS], default="national")
    rights_special = models.BooleanField(default=True)
    user_name = models.CharField(max_length=60, blank=True)
    is_multichannel = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    ceased_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    SCOPE = ScopeRule(
        path="customer__org_path",
        city="customer__org_city",
        collaborators="customer__collaborators__user_id",
    )

    class Meta:
        ordering = ["public_number_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["public_number"], condition=~Q(status="ceased"), name="line_one_per_number"
            )
        ]
        indexes = [models.Index(fields=["customer", "public_number"], name="line_by_customer")]

    def __str__(self) -> str:
        return self.public_number_id


class LineServices(models.Model):
    """What a line has switched on (LIN-03, CTX-07, VPN-05 to VPN-07); a line without a row has nothing.

    `abbreviated` is a list of pairs: two digits and the number behind them. `version` orders the changes
    made here and at the telephone; the row stays when all is switched off, for its version's sake.
    `reported_version` is that of the last change the telephone reported, whatever became of it.
    `refused_why` is the code of what stood against the telephone's last change, empty if nothing did.
    """

    line = models.OneToOneField(Line, on_delete=models.CASCADE, primary_key=True, related_name="services")
    forward_always = models.CharField(max_length=20, blank=True)
    forward_busy = models.CharField(max_length=20, blank=True)
    forward_no_answer = models.CharField(max_length=20, blank=True)
    forward_not_reachable = models.CharField(max_length=20, blank=True)
    no_answer_s = models.PositiveSmallIntegerField(default=NO_ANSWER_S)
    do_not_disturb = models.BooleanField(default=False)
    absent = models.BooleanField(default=False)
    hotline = models.CharField(max_length=20, blank=True)
    restriction = models.PositiveSmallIntegerField(
        choices=[(r.value, r.name.lower()) for r in Restriction], default=Restriction.NONE
    )
    restriction_key = models.CharField(max_length=32, blank=True)
    abbreviated = models.JSONField(default=list)
    call_waiting = models.BooleanField(default=False)
    vpn_key = models.CharField(max_length=32, blank=True)
    version = models.BigIntegerField(default=0)
    reported_version = models.BigIntegerField(default=0)
    set_by = models.CharField(max_length=9, choices=[(s.value, s.value) for s in SetBy], blank=True)
    set_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    refused_why = models.CharField(max_length=60, blank=True)

    def value(self) -> Services:
        """The services as the rules see them."""
        return Services(
            forward_always=self.forward_always,
            forward_busy=self.forward_busy,
            forward_no_answer=self.forward_no_answer,
            forward_not_reachable=self.forward_not_reachable,
            no_answer_s=self.no_answer_s,
            do_not_disturb=self.do_not_disturb,
            absent=self.absent,
            hotline=self.hotline,
            restriction=Restriction(self.restriction),
            restriction_key=self.restriction_key,
            abbreviated=tuple((code, target) for code, target in self.abbreviated),
            call_waiting=self.call_waiting,
            vpn_key=self.vpn_key,
        )


class LineOneNumber(models.Model):
    """The one-number service of a main number (IN-02, IN-04, VPN-19); `plan` is the domain's `OneNumber`.

    `version` grows with time, so that a service that was ended and set anew has a higher one.
    """

    line = models.OneToOneField(Line, on_delete=models.CASCADE, primary_key=True, related_name="one_number")
    plan = models.JSONField()
    version = models.BigIntegerField(default=0)

    def value(self) -> OneNumber:
        return one_number_from(self.plan)


class LineUser(models.Model):
    """A person who may use the line by the telephone in the browser."""

    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="web_users", db_index=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()

    class Meta:
        ordering = ["user__pinyin", "user_id"]
        constraints = [models.UniqueConstraint(fields=["line", "user"], name="line_user_once")]

    def __str__(self) -> str:
        return f"{self.line_id} {self.user_id}"


class SipAccount(models.Model):
    """What a telephone signs in with. Only HA1 is kept (RFC 7616, RFC 8760), made for `realm`."""

    line = models.OneToOneField(Line, on_delete=models.CASCADE, primary_key=True, related_name="sip_account")
    username = models.CharField(max_length=40, unique=True)
    realm = models.CharField(max_length=80)
    ha1_md5 = models.CharField(max_length=32)
    ha1_sha256 = models.CharField(max_length=64)
    renewed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.username
