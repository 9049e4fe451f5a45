"""What a VPN sets for all its members: its attendants' shares and its own feature codes, page to row."""

from __future__ import annotations

from datetime import time

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from dakehu.enterprise_vpn.domain.attendance import Share
from dakehu.enterprise_vpn.models import EnterpriseVpn
from dakehu.enterprise_vpn.selectors.publication import vpn_snapshots
from dakehu.enterprise_vpn.services.attendants import vpn_attendant_login
from dakehu.enterprise_vpn.testing import VpnScenario
from dakehu.enterprise_vpn.web.sharing import share_from, share_text
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.ui.testing import assert_page_queries
from dakehu.kernel.errors import DomainError
from dakehu.kernel.periods import Callers, Period
from dakehu.organisation.testing import Scenario

ONE = "03518880001"
WORK = Period(time(8), time(18), frozenset(range(1, 6)))
RULES = [
    (f"{ONE} 40%", Share(ONE, 40)),
    (ONE, Share(ONE)),
    (f"{ONE} 周一至周五 08:00-18:00", Share(ONE, periods=(WORK,))),
    (f"{ONE} mon-fri 8:00–18:00", Share(ONE, periods=(WORK,))),
    (f"{ONE} Sat,Sun", Share(ONE, periods=(Period(weekdays=frozenset({6, 7})),))),
    (f"{ONE} 周六、周日 22:00-6:00", Share(ONE, periods=(Period(time(22), time(6), frozenset({6, 7})),))),
    (f"{ONE} 主叫 0351*,03558880001", Share(ONE, callers=Callers(frozenset({"03558880001"}), ("0351",)))),
    (f"{ONE} 100％ to 6000", Share(ONE, called=Callers(frozenset({"6000"})))),
]


@pytest.mark.req("VPN-11")
@pytest.mark.parametrize(("line", "share"), RULES)
def test_a_rule_is_read_and_written_in_both_languages(line: str, share: Share) -> None:
    assert share_from(line) == share
    for language in ("zh-hans", "en"):
        with override(language):
            assert share_from(share_text(share)) == share


@pytest.mark.parametrize(
    "line",
    ["x", "12%", f"{ONE} 周八", f"{ONE} 25:99-26:00", f"{ONE} 主叫", f"{ONE} from abc", f"{ONE} often"],
)
def test_what_is_no_rule_is_refused(line: str) -> None:
    with pytest.raises((ValueError, DomainError)):
        share_from(line)


@pytest.fixture
def scene(world: Scenario) -> VpnScenario:
    return VpnScenario(world)


@pytest.fixture
def desk(client: Client, world: Scenario) -> Client:
    client.force_login(world.user("provisioning_engineer", unit=world.province))
    return client


@pytest.mark.django_db
@pytest.mark.req("VPN-11", "VPN-12")
def test_sharing_limit_and_night_are_set_by_form_and_published(desk: Client, scene: VpnScenario) -> None:
    numbers = scene.taiyuan
    for place in (1, 2, 3):
        scene.member(numbers[place], f"6100{place}")
    url = reverse("vpns-vpn-sharing", args=[scene.vpn.pk])
    version = EnterpriseVpn.objects.get().version
    form = {
        "version": version,
        "attendant_limit": "1",
        "night_number": numbers[3],
        "sharing": f"{numbers[1]} 70% 周一至周五 08:00-18:00\n{numbers[2]} 30% 主叫 0351*\n",
    }
    assert desk.post(url, form).status_code == 302
    [seen] = vpn_snapshots()
    assert (seen.night, seen.attendant_limit, [each.percent for each in seen.shares]) == (
        numbers[3],
        1,
        [70, 30],
    )
    assert desk.post(url, form).status_code == 409
    page = desk.get(url).content.decode()
    assert f"{numbers[1]} 70% 周一至周五 08:00-18:00" in page
    record = desk.get(reverse("vpns-vpn-record", args=[scene.vpn.pk]), {"tab": "attendants"})
    assert f"{numbers[2]} 30% 主叫 0351*" in record.content.decode()
    assert_page_queries(desk, url, 5)


@pytest.mark.django_db
@pytest.mark.req("VPN-11")
def test_bad_rules_are_marked_and_nothing_is_saved(desk: Client, scene: VpnScenario) -> None:
    scene.member(scene.taiyuan[1], "61001")
    url = reverse("vpns-vpn-sharing", args=[scene.vpn.pk])
    version = EnterpriseVpn.objects.get().version
    for fields, wrong in (
        ({"sharing": f"{scene.taiyuan[1]} 40% 周八"}, "sharing"),
        ({"sharing": f"{scene.taiyuan[1]} 400%"}, "sharing"),
        ({"sharing": f"{scene.taiyuan[9]} 40%"}, "sharing"),  # no member
        ({"night_number": scene.taiyuan[9]}, "night_number"),
        ({"attendant_limit": "-1"}, "attendant_limit"),
    ):
        answer = desk.post(url, {"version": version, "attendant_limit": "2", **fields})
        assert (answer.status_code, set(answer.context["form"].errors)) == (422, {wrong})
    assert EnterpriseVpn.objects.get().version == version


@pytest.mark.django_db
@pytest.mark.req("VPN-12")
def test_the_limit_counts_for_the_next_log_in(desk: Client, scene: VpnScenario) -> None:
    member = scene.member(scene.taiyuan[1], "61001")
    member.attendant = "out_group"
    member.save()
    version = EnterpriseVpn.objects.get().version
    url = reverse("vpns-vpn-sharing", args=[scene.vpn.pk])
    assert desk.post(url, {"version": version, "attendant_limit": "0"}).status_code == 302
    with pytest.raises(DomainError, match="attendants_full"):
        vpn_attendant_login(actor=SYSTEM, member_id=member.pk, logged_in=True)


@pytest.mark.django_db
def test_feature_codes_of_a_vpn_are_changed_by_form(desk: Client, scene: VpnScenario) -> None:
    url = reverse("vpns-vpn-codes", args=[scene.vpn.pk])
    wrong = desk.post(url, {"version": scene.vpn.version, "park": "57"})
    assert set(wrong.context["form"].errors) == {"park"}
    assert desk.post(url, {"version": scene.vpn.version, "park": "70"}).status_code == 302
    assert [seen.codes for seen in vpn_snapshots()] == [(("park", "70"),)]
