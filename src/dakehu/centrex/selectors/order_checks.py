"""Whether a group or a member can be ordered so: the catalogue's checkers `centrex.group` and `.member`.

They ask the very rules that the write and the call ask, with every fault at once.
"""

from __future__ import annotations

from dataclasses import replace

from dakehu.catalogue.api import ItemContext, Values
from dakehu.centrex.domain import errors
from dakehu.centrex.domain.group import CallRights, Group, Member, RightsLevel
from dakehu.centrex.domain.rules import check_group, check_member, check_services, check_short_number
from dakehu.centrex.models import CentrexGroup
from dakehu.centrex.permissions import GroupPermission
from dakehu.centrex.selectors.facts import found_or_fault, gcn_facts, is_name_taken, name_key
from dakehu.centrex.selectors.groups import short_numbers_of
from dakehu.infra.access.api import visible
from dakehu.kernel.errors import DomainError, NotFound
from dakehu.numbering.api import find_exchange


def group_value(values: Values, area_code: str, customer_id: int) -> Group:
    """A group that is planned, from its characteristics."""
    return Group(
        exchange=str(values["exchange"]),
        area_code=area_code,
        exit_prefix=str(values["exit_prefix"]),
        attendant_prefix=str(values.get("attendant_prefix", "")),
        short_length=int(values["short_length"]),
        capacity=int(values["capacity"]),
        gcn=str(values["gcn"]),
        customer_id=customer_id,
        name=str(values["name"]),
    )


def member_value(values: Values) -> Member:
    """A member that is planned, from its characteristics."""
    return Member(
        public_number=str(values["public_number"]),
        short_number=str(values["short_number"]),
        rights=CallRights(RightsLevel(str(values["rights_level"])), bool(values["rights_special"])),
        in_group_only=bool(values["in_group_only"]),
        outgoing_restriction=bool(values["outgoing_restriction"]),
        is_attendant=bool(values["is_attendant"]),
    )


def check_group_item(values: Values, context: ItemContext) -> list[DomainError]:
    """CTX-04, 10, 11, 12, 13, 17, 19, and no second group of the name in the order."""
    exchange = find_exchange(context.actor, str(values["exchange"]))
    if exchange is None:
        return [NotFound(field="exchange", noun="exchange", id=values["exchange"])]
    group = group_value(values, exchange.area_code, context.customer_id)
    gcn = gcn_facts(context.actor, group.gcn, context.reserved_for)
    if gcn is not None and any(other.get("gcn") == group.gcn for other in context.siblings):
        gcn = replace(gcn, is_unused=False)
    faults = check_group(group, gcn, largest=exchange.exchange_type.largest_group)
    same = any(
        other.get("exchange") == group.exchange and name_key(str(other.get("name"))) == name_key(group.name)
        for other in context.siblings
    )
    if same or is_name_taken(context.customer_id, exchange.pk, group.name):
        faults.append(errors.GroupNameTaken(field="name", name=group.name))
    return faults


def check_member_item(values: Values, context: ItemContext) -> list[DomainError]:
    """CTX-01, 02, 10, 11, 13, 15, 17, 19, the order's other new members of the group counted in."""
    try:
        group, taken = _group_of(values, context)
    except (errors.GroupNotChosen, NotFound) as fault:
        return [fault]
    member = member_value(values)
    others = [one for one in context.siblings if one.get("group") == values.get("group")]
    taken |= {str(one["short_number"]) for one in others if "short_number" in one}
    line, faults = found_or_fault(
        context.actor, member.public_number, context.customer_id, context.reserved_for
    )
    if line is None:
        faults += check_short_number(group, member.short_number, taken) + check_services(member)
    else:
        faults += check_member(group, member, line, taken)
    if any(one.get("public_number") == member.public_number for one in context.siblings):
        faults.append(errors.LineInOtherGroup(field="public_number", number=member.public_number))
    return faults


def _group_of(values: Values, context: ItemContext) -> tuple[Group, set[str]]:
    """The order's own new group, or the one chosen by its id, with the short numbers taken in it."""
    if context.parent is not None:
        exchange = find_exchange(context.actor, str(context.parent["exchange"]))
        area_code = exchange.area_code if exchange else ""
        return group_value(context.parent, area_code, context.customer_id), set()
    if "group" not in values:
        raise errors.GroupNotChosen(field="group", given="")
    seen = visible(CentrexGroup.objects.select_related("exchange"), context.actor, GroupPermission.VIEW)
    row = seen.filter(pk=values["group"], customer_id=context.customer_id).first()
    if row is None:
        raise NotFound(field="group", noun="centrex_group", id=values["group"])
    return row.value(), short_numbers_of(row.pk)
