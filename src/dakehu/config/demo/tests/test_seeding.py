"""The province as it stands in the database: once, whole, and usable by the sign-ins that are printed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client

from dakehu.catalogue.seed import seed as seed_catalogue
from dakehu.centrex.api import CentrexMember
from dakehu.charging.api import Usage
from dakehu.charging.api import seed as seed_charging
from dakehu.config.demo.accounts import (
    DEMO_PASSWORD,
    SIGN_INS,
    TELEPHONES,
    VPN_LEAD,
    VPN_TELEPHONES,
)
from dakehu.config.demo.duplicates import TWICE
from dakehu.config.demo.models import DemoProvince
from dakehu.config.demo.people import MANAGERS
from dakehu.customers.api import Contact, Customer, customer_create, customers_for, matching, owners_on
from dakehu.customers.tests.fixtures import a_draft
from dakehu.enterprise_vpn.api import EnterpriseVpn, vpn_members_of, vpn_snapshots
from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.clock import now
from dakehu.kernel.clock import Month, day_of
from dakehu.numbering.api import Exchange, SipAccount, ha1
from dakehu.orders.api import ProductOrder
from dakehu.organisation.api import OrgUnit, User, actor_for
from dakehu.organisation.seed import seed as seed_organisation
from dakehu.reporting.api import ReportQuery, report_run

pytestmark = pytest.mark.django_db
ACCOUNTS = 300


@pytest.fixture(scope="module")
def province(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """One province for all tests of this module, in a transaction that is rolled back after them."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr("django.conf.settings.HOME", tmp_path_factory.mktemp("home"))
        seed_organisation()
        seed_catalogue()
        seed_charging()
        call_command("demo", accounts=ACCOUNTS, verbosity=0)
        yield
        transaction.set_rollback(True)


def test_the_province_is_whole(province: None) -> None:
    assert Customer.objects.count() == ACCOUNTS + 1 + len(TWICE)
    assert OrgUnit.objects.filter(level=OrgUnit.Level.CITY).count() == 11
    assert OrgUnit.objects.filter(level=OrgUnit.Level.COUNTY).count() == 117
    assert User.objects.filter(roles__code__in=["account_manager", "team_leader"]).count() == MANAGERS
    primaries = Contact.objects.filter(is_primary=True).values_list("customer_id", flat=True)
    assert len(primaries) == len(set(primaries)) == Contact.objects.values("customer").distinct().count()
    assert ACCOUNTS * 0.8 < len(primaries) < ACCOUNTS, "some files are badly kept, most are not"
    assert Exchange.objects.filter(kind="S1240").count() == 11
    assert Usage.objects.count() > 1000
    owners = dict(Customer.objects.exclude(owner=None).values_list("pk", "owner_id"))
    assert owners_on(owners, day_of(now())) == owners
    assert set(ProductOrder.objects.values_list("state", flat=True)) >= {"acknowledged", "completed"}
    assert not Customer.objects.filter(parent__isnull=False, parent_id__gt=10**9).exists()
    for city in OrgUnit.objects.filter(level=OrgUnit.Level.CITY):
        assert not Customer.objects.filter(code__startswith=f"K{city.area_code}").exclude(org_city=city.path)


def test_the_province_is_seeded_once(province: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("demo", accounts=5)
    assert "already" in capsys.readouterr().out
    assert DemoProvince.objects.get().accounts == ACCOUNTS
    assert AuditEntry.objects.filter(action="demo.seed").count() == 1


def test_a_size_that_cannot_be_is_refused() -> None:
    with pytest.raises(CommandError):
        call_command("demo", accounts=10**9)


def test_everyone_who_is_printed_can_sign_in(province: None) -> None:
    for sign_in in SIGN_INS:
        user = User.objects.get(username=sign_in.username)
        assert user.check_password(DEMO_PASSWORD)
        assert [role.code for role in user.roles.all()] == [sign_in.role]
    answer = Client().post("/accounts/login/", {"login": "manager", "password": DEMO_PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_the_telephones_that_are_printed_are_accounts(province: None) -> None:
    for telephone in TELEPHONES:
        account = SipAccount.objects.get(username=telephone.username)
        assert account.ha1_md5 == ha1(telephone.username, settings.SIP_REALM, telephone.password)["ha1_md5"]
        member = CentrexMember.objects.get(line__public_number=telephone.username)
        assert member.short_number == telephone.short_number


@pytest.mark.req("VPN-01", "VPN-15")
def test_the_vpn_joins_two_cities(province: None) -> None:
    vpn = EnterpriseVpn.objects.get()
    members = list(vpn_members_of(vpn))
    assert {member.line.exchange.code for member in members} == {"TY01", "DT01"}
    shorts = {member.line.public_number_id: member.short_number for member in members}
    for telephone in VPN_TELEPHONES:
        assert shorts[telephone.username] == telephone.short_number
        assert SipAccount.objects.filter(username=telephone.username).exists()
    for telephone in TELEPHONES:
        assert shorts[telephone.username] == VPN_LEAD + telephone.short_number
    assert sum(1 for member in members if member.closed_group) == 2
    (snapshot,) = vpn_snapshots()
    assert snapshot.attendants == (TELEPHONES[0].username,)


@pytest.mark.req("KAM-03")
def test_the_known_account_has_its_whole_file(province: None) -> None:
    known = Customer.objects.get(name__startswith="晋阳云图")
    contacts = Contact.objects.filter(customer=known)
    assert contacts.filter(reports_to__isnull=False).count() == 4
    assert contacts.filter(birthday_key__isnull=False).exists()
    assert known.document_rows.get().file.kind == "png"
    for rows in (known.competitorline_rows, known.equipment_rows, known.agreement_rows):
        assert rows.exists()


def test_loaded_customers_are_found_and_listed_by_place(province: None) -> None:
    manager = actor_for(User.objects.get(username="manager"))
    director = actor_for(User.objects.get(username="datong"))
    row = Customer.objects.filter(org_city=director.org_path, parent=None).first()
    assert row is not None
    found = matching(customers_for(director), director, row.name[2:6])
    assert row in found
    assert not matching(customers_for(manager), manager, row.name).exists()
    assert customers_for(manager).filter(owner_id=manager.user_id).count() >= 1


def test_new_customers_take_the_next_number_and_key(province: None) -> None:
    leader = actor_for(User.objects.get(username="taiyuan"))
    unit = OrgUnit.objects.get(path=leader.org_path)
    last = Customer.objects.filter(code__startswith="K0351").order_by("-code")[0].code
    row = customer_create(actor=leader, draft=a_draft(unit))
    assert int(row.code[1:]) == int(last[1:]) + 1


def test_statistics_have_two_years_of_revenue(province: None) -> None:
    admin = actor_for(User.objects.get(username="admin"))
    last = DemoProvince.objects.get().seeded_at.date().replace(day=1) - timedelta(days=1)
    first = last.replace(year=last.year - 2, day=1) + timedelta(days=31)
    query = ReportQuery("revenue", "month", Month(f"{first:%Y-%m}"), Month(f"{last:%Y-%m}"))
    report = report_run(admin, query)
    assert len(report.rows) == 24
