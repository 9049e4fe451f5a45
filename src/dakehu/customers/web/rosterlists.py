"""Lists of the named-account list: all entries, the desk, who owned what on a day, disputes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.customers.domain.roster import EntryEvent, EntryState
from dakehu.customers.models import OwnershipDispute, OwnershipPeriod, RosterEntry
from dakehu.customers.permissions import RosterPermission
from dakehu.customers.selectors.roster import on_day
from dakehu.customers.services.ownership import today
from dakehu.customers.services.roster import roster_step
from dakehu.customers.web.rosterforms import PassForm, RejectForm
from dakehu.customers.web.rosterwords import (
    CRITERIA,
    DISPUTE_BADGES,
    STATES,
    criterion_choices,
    dispute_url,
    entry_url,
    state_choices,
)
from dakehu.customers.web.words import url_of
from dakehu.infra.access.api import Actor
from dakehu.infra.ui.api import (
    Action,
    BulkAction,
    ChoiceFilter,
    Column,
    CustomFilter,
    DateField,
    DateFilter,
    EmptyState,
    Kind,
    ListSpec,
    PickField,
    list_response,
    list_view,
    page,
)
from dakehu.kernel.text import clean_line

_VIEW = RosterPermission.VIEW
_APPLY = Action(
    pgettext_lazy("roster", "Apply"),
    "customers-roster-create",
    RosterPermission.APPLY,
    "plus",
    is_primary=True,
)
_DAY = "day"


def _entries(_actor: Actor) -> QuerySet[RosterEntry]:
    return RosterEntry.objects.select_related("customer__org_unit", "owner", "asked_by")


def _waiting(actor: Actor) -> QuerySet[RosterEntry]:
    """What waits for this actor's word."""
    states = [EntryState.APPLIED] if actor.may(RosterPermission.REVIEW) else []
    if actor.may(RosterPermission.APPROVE):
        states += [EntryState.REVIEWED, EntryState.LEAVING]
    return _entries(actor).filter(state__in=states)


def _search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    text = clean_line(text)
    return rows.filter(
        Q(customer__name__icontains=text)
        | Q(customer__code=text.upper())
        | Q(customer__initials__startswith=text.lower())
    )


def _of_owner(rows: QuerySet[Any], user_id: str) -> QuerySet[Any]:
    return rows.filter(owner_id=int(user_id)) if user_id.isdecimal() else rows.none()


def _pass(actor: Actor, row: RosterEntry, values: dict[str, Any]) -> None:
    """The next step of an entry that waits, whichever it is."""
    forward = {
        EntryState.APPLIED: EntryEvent.REVIEW,
        EntryState.REVIEWED: EntryEvent.APPROVE,
        EntryState.LEAVING: EntryEvent.LEAVE,
    }
    event = forward.get(EntryState(row.state), EntryEvent.REVIEW)
    roster_step(actor=actor, entry_id=row.pk, version=row.version, event=event, reason=values["reason"])


def _reject(actor: Actor, row: RosterEntry, values: dict[str, Any]) -> None:
    event = EntryEvent.STAY if row.state == EntryState.LEAVING else EntryEvent.REJECT
    roster_step(actor=actor, entry_id=row.pk, version=row.version, event=event, reason=values["reason"])


def _customer_column(sort: str = "") -> Column[Any]:
    return Column(
        "customer",
        _("Customer"),
        value=lambda row: row.customer.name,
        url=lambda row: url_of(row.customer_id),
        sort=sort,
    )


_OWNER_FILTER = CustomFilter(
    "owner",
    _("Owner"),
    quick=False,
    field=lambda _actor: PickField(source="customers_owner", required=False),
    apply=_of_owner,
)
ENTRIES = ListSpec[RosterEntry](
    name="customers.roster",
    title=_("Named-account list"),
    permission=_VIEW,
    noun="roster",
    queryset=_entries,
    columns=[
        Column("name", _("Customer"), Kind.LINK, value=lambda row: row.customer.name),
        Column("code", _("Account number"), Kind.CODE, value=lambda row: row.customer.code),
        Column("owner__name", _("Owner")),
        Column("state", _("State"), Kind.STATE, states=STATES),
        Column("criterion", _("Criterion"), value=lambda row: str(CRITERIA.get(row.criterion, ""))),
        Column("since", _("From day"), Kind.DATE),
        Column("until", _("Until day"), Kind.DATE),
        Column("unit", _("Unit"), value=lambda row: row.customer.org_unit.name),
        Column("applied_at", _("Applied"), Kind.MOMENT, sort="applied_at"),
        Column("asked_by__name", _("Asked by"), shown=False),
        Column("reason", _("Reason"), shown=False),
        Column("last_reason", _("Remark on the step"), shown=False),
        Column("check_on", _("Looked at again on"), Kind.DATE, shown=False),
    ],
    sort="-applied_at",
    filters=[
        ChoiceFilter("state", _("State"), choices=lambda _actor: state_choices()),
        ChoiceFilter("criterion", _("Criterion"), choices=lambda _actor: criterion_choices()),
        _OWNER_FILTER,
        DateFilter("applied_at", _("Applied")),
    ],
    search=_search,
    search_hint=_("Part of the customer's name, initials of its pinyin, or account number"),
    row_url=lambda row: entry_url(row.pk),
    actions=[
        _APPLY,
        Action(_("Desk"), "customers-roster-desk", RosterPermission.REVIEW, "inbox"),
        Action(_("Ownership by day"), "customers-ownership-list", _VIEW, "calendar-user"),
        Action(_("Credit by day"), "customers-credit-board", _VIEW, "chart-pie"),
        Action(_("Disputes"), "customers-dispute-list", _VIEW, "scale"),
        Action(_("Rule of reclaiming"), "customers-rosterrule-change", RosterPermission.RULES, "settings"),
    ],
    empty=EmptyState(
        _("Nobody is on the list yet"),
        _("Apply for an account: reviewed and approved, it has one owner."),
        "list-check",
        actions=[_APPLY],
    ),
)
DESK = replace(
    ENTRIES,
    name="customers.roster_desk",
    title=_("Desk of the named-account list"),
    permission=RosterPermission.REVIEW,
    queryset=_waiting,
    sort="applied_at",
    actions=[Action(_("Named-account list"), "customers-roster-list", _VIEW, "list-check")],
    bulk=[
        BulkAction("pass", _("Pass or approve"), _pass, RosterPermission.REVIEW, "check", form=PassForm),
        BulkAction(
            "reject", _("Reject"), _reject, RosterPermission.REVIEW, "x", form=RejectForm, is_dangerous=True
        ),
    ],
    empty=EmptyState(
        _("Nothing waits for you"),
        _("Applications come here for review, then for approval, the oldest first."),
        "circle-check",
    ),
)
OWNERSHIP = ListSpec[OwnershipPeriod](
    name="customers.ownership",
    title=_("Ownership by day"),
    permission=_VIEW,
    noun="ownership",
    queryset=lambda _actor: OwnershipPeriod.objects.select_related("customer__org_unit", "owner"),
    columns=[
        Column("name", _("Customer"), Kind.LINK, value=lambda row: row.customer.name),
        Column("code", _("Account number"), Kind.CODE, value=lambda row: row.customer.code),
        Column("owner__name", _("Owner")),
        Column("since", _("From day"), Kind.DATE, sort="since"),
        Column("until", _("Until day"), Kind.DATE),
        Column("unit", _("Unit"), value=lambda row: row.customer.org_unit.name),
    ],
    sort="-since",
    filters=[
        CustomFilter(
            _DAY,
            _("As of day"),
            field=lambda _actor: DateField(required=False, label=_("As of day")),
            apply=on_day,
        ),
        _OWNER_FILTER,
    ],
    search=_search,
    search_hint=_("Part of the customer's name, initials of its pinyin, or account number"),
    row_url=lambda row: f"{url_of(row.customer_id)}?tab=ownership",
    actions=[
        Action(_("Credit by day"), "customers-credit-board", _VIEW, "chart-pie"),
        Action(_("Named-account list"), "customers-roster-list", _VIEW, "list-check"),
    ],
    empty=EmptyState(
        _("Nobody owned an account"),
        _("Assign accounts to managers, or apply for named accounts."),
        "calendar-user",
    ),
)
DISPUTES = ListSpec[OwnershipDispute](
    name="customers.dispute",
    title=_("Ownership disputes"),
    permission=_VIEW,
    noun="dispute",
    queryset=lambda _actor: OwnershipDispute.objects.select_related("customer", "opened_by", "awarded_to"),
    columns=[
        Column("name", _("Customer"), Kind.LINK, value=lambda row: row.customer.name),
        Column("state", _("State"), Kind.STATE, states=DISPUTE_BADGES),
        Column("opened_by__name", _("Opened by")),
        Column("opened_at", _("Opened"), Kind.MOMENT, sort="opened_at"),
        Column("awarded_to__name", _("Awarded to")),
        Column("since", _("From day"), Kind.DATE),
        Column("decision", _("Decision")),
    ],
    sort="-opened_at",
    filters=[
        ChoiceFilter(
            "state",
            _("State"),
            choices=lambda _actor: [(str(key), badge.label) for key, badge in DISPUTE_BADGES.items()],
        )
    ],
    search=_search,
    search_hint=_("Part of the customer's name, initials of its pinyin, or account number"),
    row_url=lambda row: dispute_url(row.pk),
    actions=[
        Action(
            _("Open a dispute"), "customers-dispute-create", RosterPermission.APPLY, "scale", is_primary=True
        ),
        Action(_("Named-account list"), "customers-roster-list", _VIEW, "list-check"),
    ],
    empty=EmptyState(
        _("No disputes"),
        _("Where two managers claim one account, open a case: claims and decision stay together."),
        "scale",
    ),
)
entry_list = list_view(ENTRIES)
desk_list = list_view(DESK)
dispute_list = list_view(DISPUTES)


@page(_VIEW, methods=("GET",))
def ownership_list(request: HttpRequest) -> HttpResponseBase:
    """Who owns what: today, unless another day is asked for."""
    if request.GET.get(_DAY):
        return list_response(request, OWNERSHIP)

    def present(actor: Actor) -> QuerySet[OwnershipPeriod]:
        return on_day(OWNERSHIP.queryset(actor), today())

    return list_response(
        request, replace(OWNERSHIP, queryset=present, note=_("As of today; choose another day below."))
    )
