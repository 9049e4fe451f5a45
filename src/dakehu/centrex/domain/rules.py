"""What a group and its members may be: the order form asks all of it, and gets every fault at once.

Each function returns the faults it finds, none being good; nothing is raised.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from dakehu.centrex.domain import errors
from dakehu.centrex.domain.group import Group, LineFacts, Member, NumberFacts
from dakehu.kernel.errors import DomainError, NotFound
from dakehu.kernel.numbers import EMERGENCY
from dakehu.kernel.text import clean_code

SHORTEST = 2
LONGEST = 6
WHOLE_NUMBER = 7
LARGEST_CAPACITY = 10_000
_DIGITS = frozenset("0123456789")


def check_group(
    group: Group, gcn: NumberFacts | None, *, largest: int = LARGEST_CAPACITY
) -> list[DomainError]:
    """The faults of a group about to be made (CTX-04, 10, 11, 12, 13, 19).

    `gcn` is None when the search number exists nowhere. `largest` is the exchange type's limit.
    """
    return [*_prefix_faults(group), *_size_faults(group, largest), *_gcn_faults(group, gcn)]


def check_member(
    group: Group, member: Member, line: LineFacts | None, taken: Collection[str]
) -> list[DomainError]:
    """The faults of a line about to become a member (CTX-01, 02, 10, 11, 13, 15, 19).

    `taken` are the short numbers of all the group's present members. `line` is None when the public
    number serves no line.
    """
    faults: list[DomainError] = []
    if len(taken) >= group.capacity:
        faults.append(errors.GroupFull(field="group", capacity=group.capacity))
    if line is None:
        faults.append(NotFound(field="public_number", noun="line", number=member.public_number))
    else:
        faults += _line_faults(group, line)
    return [*faults, *check_short_number(group, member.short_number, taken), *check_services(member)]


def check_change(group: Group, member: Member, others_taken: Collection[str]) -> list[DomainError]:
    """The faults of a member's new state; `others_taken` leaves the member's own short number out."""
    return [*check_short_number(group, member.short_number, others_taken), *check_services(member)]


def check_short_number(group: Group, short_number: str, taken: Collection[str]) -> list[DomainError]:
    """The faults of a short number (CTX-13, CTX-19)."""
    faults: list[DomainError] = []
    if not short_number or not _DIGITS.issuperset(short_number):
        return [errors.ShortNumberNotDigits(field="short_number", short_number=short_number)]
    if len(short_number) == WHOLE_NUMBER:
        return [errors.ShortNumberWholeNumber(field="short_number", short_number=short_number)]
    if len(short_number) != group.short_length:
        faults.append(
            errors.ShortNumberLength(
                field="short_number", short_number=short_number, length=group.short_length
            )
        )
    if short_number[0] == group.exit_prefix:
        faults.append(
            errors.ShortNumberExitPrefix(
                field="short_number", short_number=short_number, prefix=group.exit_prefix
            )
        )
    if short_number[0] == group.attendant_prefix:
        faults.append(
            errors.ShortNumberAttendantPrefix(
                field="short_number", short_number=short_number, prefix=group.attendant_prefix
            )
        )
    if short_number in EMERGENCY:
        faults.append(errors.ShortNumberEmergency(field="short_number", short_number=short_number))
    if short_number in taken:
        faults.append(errors.ShortNumberTaken(field="short_number", short_number=short_number))
    return faults


def check_services(member: Member) -> list[DomainError]:
    """The faults of a member's services among themselves (CTX-15)."""
    if member.in_group_only and member.outgoing_restriction:
        return [errors.ExclusiveServices(field="in_group_only")]
    return []


def check_in_group_only(line: LineFacts) -> list[DomainError]:
    """Whether the line may have in-group calls only switched on or off at all (CTX-14)."""
    if line.group_id is None:
        return [errors.OnlyForMembers(field="in_group_only", number=line.public_number)]
    return []


def check_capacity_change(group: Group, capacity: int) -> list[DomainError]:
    """A capacity is stated once (CTX-11)."""
    if capacity != group.capacity:
        return [errors.CapacityFixed(field="capacity", capacity=group.capacity)]
    return []


def choose_group(given: str | int, groups: Mapping[int, Group]) -> Group:
    """The group chosen by its id among those the customer has (CTX-17).

    Raises `GroupNotChosen` for a name or anything else that is no id, `NotFound` for a stranger's id.
    """
    text = clean_code(str(given))
    if not text or not _DIGITS.issuperset(text):
        raise errors.GroupNotChosen(field="group", given=given)
    try:
        return groups[int(text)]
    except KeyError:
        raise NotFound(field="group", noun="centrex_group", id=int(text)) from None


def default_short_number(public_number: str, short_length: int) -> str:
    """The last digits of the public number (CTX-05)."""
    return public_number[-short_length:]


def propose_short_number(group: Group, public_number: str, taken: Collection[str]) -> str | None:
    """The default if free and lawful, else the next above it, then from the lowest; None if none is left."""
    size = 10**group.short_length
    start = int(default_short_number(public_number, group.short_length))
    for step in range(size):
        proposal = f"{(start + step) % size:0{group.short_length}d}"
        if proposal not in taken and not check_short_number(group, proposal, ()):
            return proposal
    return None


def count_short_numbers(group: Group) -> int:
    """How many short numbers the group's length and prefixes leave."""
    barred = len({group.exit_prefix, group.attendant_prefix} - {""})
    return (10 - barred) * int(10 ** (group.short_length - 1))


def _prefix_faults(group: Group) -> Iterator[DomainError]:
    if len(group.exit_prefix) != 1 or group.exit_prefix not in _DIGITS:
        yield errors.ExitPrefixInvalid(field="exit_prefix", prefix=group.exit_prefix)
    if group.attendant_prefix not in _DIGITS | {""}:
        yield errors.AttendantPrefixInvalid(field="attendant_prefix", prefix=group.attendant_prefix)
    if group.exit_prefix and group.exit_prefix == group.attendant_prefix:
        yield errors.PrefixesEqual(field="attendant_prefix", prefix=group.exit_prefix)


def _size_faults(group: Group, largest: int) -> Iterator[DomainError]:
    if group.short_length == WHOLE_NUMBER:
        yield errors.WholeNumberLength(field="short_length", length=group.short_length)
        return
    if not SHORTEST <= group.short_length <= LONGEST:
        yield errors.ShortLengthInvalid(
            field="short_length", length=group.short_length, least=SHORTEST, most=LONGEST
        )
        return
    if not 1 <= group.capacity <= largest:
        yield errors.CapacityInvalid(field="capacity", capacity=group.capacity, most=largest)
    elif group.capacity > count_short_numbers(group):
        yield errors.CapacityBeyondNumbers(
            field="capacity", capacity=group.capacity, numbers=count_short_numbers(group)
        )


def _gcn_faults(group: Group, gcn: NumberFacts | None) -> Iterator[DomainError]:
    if gcn is None or gcn.exchange != group.exchange:
        yield errors.GcnNotAtExchange(field="gcn", number=group.gcn, exchange=group.exchange)
    elif not gcn.is_unused:
        yield errors.GcnInUse(field="gcn", number=group.gcn)


def _line_faults(group: Group, line: LineFacts) -> Iterator[DomainError]:
    if line.public_number == group.gcn:
        yield errors.GcnAsMember(field="public_number", number=line.public_number)
    if line.customer_id != group.customer_id:
        yield errors.OtherCustomer(field="public_number", number=line.public_number)
    if line.exchange != group.exchange:
        yield errors.OtherExchange(
            field="public_number", number=line.public_number, exchange=line.exchange, expected=group.exchange
        )
    if line.group_id is not None:
        yield errors.LineInOtherGroup(field="public_number", number=line.public_number)
