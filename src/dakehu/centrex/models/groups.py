from __future__ import annotations

from django.db import models

from dakehu.centrex.domain.group import CallRights, Group, Member, RightsLevel
from dakehu.customers.api import Customer
from dakehu.infra.access.api import ScopeRule
from dakehu.numbering.api import Exchange, Line, PublicNumber


class CentrexGroup(models.Model):
    """A customer's group at one exchange (CTX-01). `name_key` is the name as CTX-17 compares it; `codes` are
    [feature, digits] in place of national feature codes, `night_number` the public number that
    has the calls to its attendants while none is there (CTX-08), empty for none."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="centrex_groups")
    exchange = models.ForeignKey(Exchange, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    name_key = models.CharField(max_length=80, editable=False)
    exit_prefix = models.CharField(max_length=1)
    attendant_prefix = models.CharField(max_length=1, blank=True)
    short_length = models.PositiveSmallIntegerField()
    capacity = models.PositiveIntegerField()
    gcn = models.OneToOneField(PublicNumber, on_delete=models.PROTECT, related_name="+")
    codes = models.JSONField(default=list, blank=True)
    night_number = models.CharField(max_length=16, blank=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    SCOPE = ScopeRule(
        path="customer__org_path",
        city="customer__org_city",
        collaborators="customer__collaborators__user_id",
    )

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "exchange", "name_key"], name="centrex_group_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def value(self) -> Group:
        """The group as the rules see it; needs `exchange`."""
        return Group(
            exchange=self.exchange.code,
            area_code=self.exchange.area_code,
            exit_prefix=self.exit_prefix,
            attendant_prefix=self.attendant_prefix,
            short_length=self.short_length,
            capacity=self.capacity,
            gcn=self.gcn_id,
            group_id=self.pk,
            customer_id=self.customer_id,
            name=self.name,
        )


class CentrexMember(models.Model):
    """A line in its group. A line is a member of one group at most, a short number is one member's."""

    group = models.ForeignKey(CentrexGroup, on_delete=models.PROTECT, related_name="members")
    line = models.OneToOneField(Line, on_delete=models.PROTECT, related_name="centrex_member")
    short_number = models.CharField(max_length=7)
    rights_level = models.CharField(
        max_length=13, choices=[(r.value, r.value) for r in RightsLevel], default=RightsLevel.NATIONAL
    )
    rights_special = models.BooleanField(default=True)
    in_group_only = models.BooleanField(default=False)
    outgoing_restriction = models.BooleanField(default=False)
    is_attendant = models.BooleanField(default=False)
    joined_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    SCOPE = ScopeRule(
        path="group__customer__org_path",
        city="group__customer__org_city",
        collaborators="group__customer__collaborators__user_id",
    )

    class Meta:
        ordering = ["short_number"]
        constraints = [
            models.UniqueConstraint(fields=["group", "short_number"], name="centrex_short_number_once"),
            models.CheckConstraint(
                condition=models.Q(in_group_only=False) | models.Q(outgoing_restriction=False),
                name="centrex_exclusive_services",
            ),
        ]

    def __str__(self) -> str:
        return self.short_number

    def value(self) -> Member:
        """The member as the rules see it; needs `line`."""
        return Member(
            public_number=self.line.public_number_id,
            short_number=self.short_number,
            rights=CallRights(RightsLevel(self.rights_level), self.rights_special),
            in_group_only=self.in_group_only,
            outgoing_restriction=self.outgoing_restriction,
            is_attendant=self.is_attendant,
        )


class GroupWorkOrder(models.Model):
    """The work order that told the exchange to make the group (CTX-12); `content` by field, as sent."""

    group = models.OneToOneField(CentrexGroup, on_delete=models.CASCADE, related_name="work_order")
    content = models.JSONField()
    issued_at = models.DateTimeField()
