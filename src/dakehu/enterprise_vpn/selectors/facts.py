"""What the rules need to know of rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from dakehu.enterprise_vpn.domain.rules import LineFacts
from dakehu.enterprise_vpn.models import MemberRow
from dakehu.kernel.text import clean_code
from dakehu.numbering.api import Line, LineKind, grouping


def name_key(name: str) -> str:
    """The name as it is compared: width, blanks and case don't make another VPN."""
    return clean_code(name).casefold()[:80]


def line_facts(lines: Collection[Line]) -> Mapping[int, LineFacts]:
    """By the line's id; two queries, whatever their number. The lines need `customer`."""
    ids = [line.pk for line in lines]
    places = grouping().places(ids)
    vpns = dict(MemberRow.objects.filter(line_id__in=ids).values_list("line_id", "vpn_id"))
    facts = {}
    for line in lines:
        group_id, group_short = places.get(line.pk, (0, ""))
        owners = (line.customer_id, line.customer.parent_id or 0)
        facts[line.pk] = LineFacts(
            line.public_number_id, LineKind(line.kind), owners, group_id, group_short, vpns.get(line.pk, 0)
        )
    return facts


def short_numbers_of(vpn_id: int, *, without: int | None = None) -> set[str]:
    """The short numbers of the VPN's members, leaving one member out."""
    rows = MemberRow.objects.filter(vpn_id=vpn_id)
    if without is not None:
        rows = rows.exclude(pk=without)
    return set(rows.values_list("short_number", flat=True))
