from __future__ import annotations

from django.db import models

from dakehu.customers.api import Customer
from dakehu.enterprise_vpn.domain.vpn import AttendantKind, Vpn, VpnMember
from dakehu.infra.access.api import ScopeRule
from dakehu.kernel.numbers import CallClass
from dakehu.numbering.api import Line


class EnterpriseVpn(models.Model):
    """A customer's VPN over the whole province (VPN-01). `name_key` is the name as it is compared.

    `main_number` is a line's public number, empty for none; `attendant` the short number of the attendants.
    `attendant_limit` is how many of them may be logged in at once (VPN-12), `sharing` how they share
    the calls (VPN-11), `night_number` the member that has them while none is logged in. `codes` are [feature,
    digits] in place of national feature codes.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="vpns")
    name = models.CharField(max_length=80)
    name_key = models.CharField(max_length=80, editable=False)
    short_length = models.PositiveSmallIntegerField()
    exit_prefix = models.CharField(max_length=1, blank=True)
    attendant = models.CharField(max_length=6, blank=True)
    attendant_limit = models.PositiveSmallIntegerField(default=8)
    sharing = models.JSONField(default=list)
    night_number = models.CharField(max_length=16, blank=True)
    main_number = models.CharField(max_length=16, blank=True)
    shows_main_number = models.BooleanField(default=False)
    codes = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    SCOPE = ScopeRule(
        path="customer__org_path",
        city="customer__org_city",
        collaborators="customer__collaborators__user_id",
    )

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["customer", "name_key"], name="vpn_name_once")]

    def __str__(self) -> str:
        return self.name

    def value(self) -> Vpn:
        """The VPN as its rules see it."""
        return Vpn(
            short_length=self.short_length,
            exit_prefix=self.exit_prefix,
            attendant=self.attendant,
            main_number=self.main_number,
            shows_main_number=self.shows_main_number,
            vpn_id=self.pk or 0,
            customer_id=self.customer_id,
            name=self.name,
        )


class ClosedGroup(models.Model):
    """A closed user group of a VPN (VPN-15)."""

    vpn = models.ForeignKey(EnterpriseVpn, on_delete=models.PROTECT, related_name="closed_groups")
    name = models.CharField(max_length=80)

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["vpn", "name"], name="vpn_closed_group_once")]

    def __str__(self) -> str:
        return self.name


class MemberRow(models.Model):
    """A line in its VPN: in one at most, with a short number of its own, in one closed group at most.

    `group_id` is the Centrex group it joined with, 0 for a single line (VPN-01). `barred` lists classes of
    off-net call (VPN-08). An attendant has a kind (VPN-10); a logged-in one has its share of the calls to the
    VPN's attendants (VPN-11), in the order of `attendant_order`.
    """

    vpn = models.ForeignKey(EnterpriseVpn, on_delete=models.PROTECT, related_name="members")
    line = models.OneToOneField(Line, on_delete=models.PROTECT, related_name="vpn_member")
    short_number = models.CharField(max_length=6)
    group_id = models.BigIntegerField(default=0)
    barred = models.JSONField(default=list)
    closed_group = models.ForeignKey(ClosedGroup, null=True, on_delete=models.PROTECT, related_name="members")
    attendant = models.CharField(
        max_length=9, choices=[(k.value, k.value) for k in AttendantKind], blank=True
    )
    attendant_order = models.PositiveSmallIntegerField(default=0)
    is_logged_in = models.BooleanField(default=False)
    joined_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    SCOPE = ScopeRule(
        path="vpn__customer__org_path",
        city="vpn__customer__org_city",
        collaborators="vpn__customer__collaborators__user_id",
    )

    class Meta:
        ordering = ["short_number"]
        constraints = [
            models.UniqueConstraint(fields=["vpn", "short_number"], name="vpn_short_number_once"),
            models.CheckConstraint(
                condition=models.Q(is_logged_in=False) | ~models.Q(attendant=""),
                name="vpn_attendants_log_in",
            ),
        ]

    def __str__(self) -> str:
        return self.short_number

    def value(self) -> VpnMember:
        """The member as the rules see it; needs `line`."""
        return VpnMember(
            public_number=self.line.public_number_id,
            short_number=self.short_number,
            barred=frozenset(map(CallClass, self.barred)),
            closed_group=self.closed_group_id or 0,
        )
