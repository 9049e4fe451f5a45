"""Centrex groups, as other products see them through `numbering`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from dakehu.centrex.models import CentrexGroup, CentrexMember
from dakehu.centrex.selectors.groups import group_get, groups_for
from dakehu.infra.access.api import Actor
from dakehu.numbering.api import LineGroup


class CentrexGrouping:
    """What `numbering.groupings` asks."""

    def groups(self, actor: Actor, customer_ids: Collection[int]) -> Sequence[LineGroup]:
        return [_shown(row) for row in groups_for(actor).filter(customer_id__in=customer_ids)]

    def group(self, actor: Actor, group_id: int) -> LineGroup:
        return _shown(group_get(actor, group_id))

    def lines(self, group_id: int) -> Mapping[int, str]:
        rows = CentrexMember.objects.filter(group_id=group_id).order_by("short_number")
        return dict(rows.values_list("line_id", "short_number"))

    def places(self, line_ids: Collection[int]) -> Mapping[int, tuple[int, str]]:
        rows = CentrexMember.objects.filter(line_id__in=line_ids)
        return {
            line: (group, short)
            for line, group, short in rows.values_list("line_id", "group_id", "short_number")
        }


def _shown(group: CentrexGroup) -> LineGroup:
    return LineGroup(group.pk, f"{group.name} · {group.exchange.name}", group.customer_id)
