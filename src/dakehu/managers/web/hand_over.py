"""Hand-overs: list, proposal, the page where parties sign and a third approves."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dakehu.infra.access.api import Actor
from dakehu.infra.ui.api import (
    Action,
    Badge,
    Button,
    ChoiceFilter,
    Column,
    EmptyState,
    Fact,
    FormPage,
    Kind,
    ListSpec,
    Record,
    Tab,
    Tone,
    actor_of,
    form_page,
    go_to,
    list_view,
    page,
    record_page,
)
from dakehu.kernel.errors import NotFound
from dakehu.managers.domain.states import HAND_OVER_STATES, HandOverEvent, HandOverState
from dakehu.managers.models import HandOver
from dakehu.managers.permissions import Permission
from dakehu.managers.selectors.hand_over import (
    accounts_to_give,
    givers_all,
    hand_over_get,
    hand_overs_all,
    items_of,
)
from dakehu.managers.services.hand_over import (
    hand_over_approve,
    hand_over_propose,
    hand_over_refuse,
    hand_over_sign,
    hand_over_withdraw,
)
from dakehu.managers.web.forms import HandOverForm, number_from
from dakehu.managers.web.words import HAND_OVERS, choices, hand_over_url
from dakehu.organisation.api import User, person_named

_MOST = 1000
_ACTS = {
    "sign": hand_over_sign,
    "approve": hand_over_approve,
    "refuse": hand_over_refuse,
    "withdraw": hand_over_withdraw,
}

LIST = ListSpec[HandOver](
    name="managers.handover",
    title=gettext_lazy("Hand-overs"),
    permission=Permission.HAND_OVER_VIEW,
    noun="hand_over",
    queryset=lambda _actor: hand_overs_all(),
    columns=[
        Column("opened_at", gettext_lazy("Proposed on"), Kind.MOMENT, sort="opened_at"),
        Column("giver__name", gettext_lazy("From whom"), Kind.LINK),
        Column("taker__name", gettext_lazy("To whom"), Kind.LINK),
        Column("accounts", gettext_lazy("Accounts"), Kind.NUMBER),
        Column("reason", gettext_lazy("Reason")),
        Column(
            "state",
            pgettext_lazy("hand-over", "State"),
            Kind.STATE,
            states={str(state): badge for state, badge in HAND_OVERS.items()},
        ),
    ],
    sort="-opened_at",
    filters=[
        ChoiceFilter("state", pgettext_lazy("hand-over", "State"), choices=lambda _actor: choices(HAND_OVERS))
    ],
    row_url=lambda row: hand_over_url(row.pk),
    actions=[
        Action(
            gettext_lazy("Hand accounts over"),
            "managers-handover-create",
            Permission.HAND_OVER_SIGN,
            "user-share",
        ),
        Action(
            gettext_lazy("Accounts of somebody else"),
            "managers-handover-givers",
            Permission.HAND_OVER_APPROVE,
            "user-off",
        ),
    ],
    empty=EmptyState(
        gettext_lazy("No account is being handed over"),
        gettext_lazy("Both managers sign, then a leader approves: all accounts move at once."),
        "user-share",
    ),
)
hand_over_list = list_view(LIST)

GIVERS = ListSpec[User](
    name="managers.giver",
    title=gettext_lazy("Whose accounts to hand over"),
    permission=Permission.HAND_OVER_APPROVE,
    noun="user",
    queryset=lambda _actor: givers_all(),
    columns=[
        Column("name", gettext_lazy("Name"), Kind.LINK, sort="pinyin"),
        Column("org_unit", gettext_lazy("Unit"), value=lambda user: user.org_unit.name),
        Column(
            "is_active",
            pgettext_lazy("hand-over", "State"),
            Kind.STATE,
            value=lambda user: str(user.is_active),
            states={
                "True": Badge(pgettext_lazy("hand-over", "At work"), Tone.GOOD),
                "False": Badge(pgettext_lazy("hand-over", "Has left"), Tone.BAD, "user-off"),
            },
        ),
        Column("accounts", pgettext_lazy("hand-over", "Accounts"), Kind.NUMBER),
    ],
    sort="name",
    filters=[
        ChoiceFilter(
            "is_active",
            pgettext_lazy("hand-over", "State"),
            choices=[
                ("True", pgettext_lazy("hand-over", "At work")),
                ("False", pgettext_lazy("hand-over", "Has left")),
            ],
        )
    ],
    search=lambda rows, text: rows.filter(person_named(text)),
    search_hint=gettext_lazy("Search by name or pinyin"),
    row_url=lambda user: f"{reverse('managers-handover-create')}?giver={user.pk}",
    empty=EmptyState(
        gettext_lazy("Nobody here owns accounts"),
        gettext_lazy("Who owns accounts of your unit stands here, also those who have left."),
        "user-share",
    ),
)
giver_list = list_view(GIVERS)


@page(Permission.HAND_OVER_SIGN, methods=("GET", "POST"))
def hand_over_new(request: HttpRequest) -> HttpResponse:
    """Propose: all accounts of the giver are ticked at first. `giver` is a user id, oneself without it."""
    actor = actor_of(request)
    giver_id = number_from(request.GET.get("giver", "")) or actor.user_id or 0
    accounts = accounts_to_give(actor, giver_id)[:_MOST]
    giver = User.objects.filter(pk=giver_id).first()
    form = HandOverForm(request.POST or None, accounts=accounts)

    def save(values: dict[str, Any]) -> str:
        row = hand_over_propose(
            actor=actor,
            giver_id=giver_id,
            taker_id=number_from(values["taker"]),
            customer_ids=[int(pk) for pk in values["accounts"]],
            reason=values["reason"],
        )
        return hand_over_url(row.pk)

    is_other = giver is not None and giver_id != actor.user_id
    title = _("Hand accounts over")
    if is_other and giver is not None and actor.scope.contains(giver.org_path):
        title = _("Hand over accounts of %(name)s") % {"name": giver.name}
    note = _("Both managers sign, then a leader approves.")
    if not accounts:
        note = _("There is no account to hand over. Choose whose they are in the list of hand-overs.")
    back = reverse("managers-handover-list")
    return form_page(
        request,
        FormPage(title, form, note=note, back=back, submit=_("Propose"), done=_("Proposed.")),
        save,
    )


@page(Permission.HAND_OVER_VIEW, methods=("GET",))
def hand_over_record(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    row = hand_over_get(actor, pk)
    items = [(item.customer, actor.scope.contains(item.customer.org_path)) for item in items_of(row)[:_MOST]]
    return record_page(
        request,
        Record(
            noun="hand_over",
            object_id=row.pk,
            title=f"{row.giver.name} → {row.taker.name}",
            subtitle=row.reason,
            badges=[HAND_OVERS[HandOverState(row.state)]],
            tabs=[
                Tab("accounts", _("Accounts"), "managers/items.html", {"items": items}, count=len(items)),
                Tab("signatures", _("Signatures"), "managers/facts.html", {"facts": _facts(row)}),
            ],
            buttons=_buttons(actor, row),
            back=(_("Hand-overs"), reverse("managers-handover-list")),
        ),
    )


@page(Permission.HAND_OVER_VIEW, methods=("POST",))
def hand_over_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Sign, approve, refuse or withdraw; each service asks for its own right."""
    service = _ACTS.get(act)
    if service is None:
        raise NotFound(noun="event", id=act)
    version = number_from(request.POST.get("version", ""))
    service(actor=actor_of(request), hand_over_id=pk, version=version)
    messages.success(request, _("Saved."))
    return go_to(request, hand_over_url(pk))


def _facts(row: HandOver) -> list[Fact]:
    return [
        Fact(_("Proposed on"), row.opened_at, Kind.MOMENT),
        Fact(_("Signed by %(name)s") % {"name": row.giver.name}, row.given_at, Kind.MOMENT),
        Fact(_("Signed by %(name)s") % {"name": row.taker.name}, row.taken_at, Kind.MOMENT),
        Fact(_("Decided on"), row.decided_at, Kind.MOMENT, note=row.decided_by),
    ]


def _buttons(actor: Actor, row: HandOver) -> list[Button]:
    """What this person may do now, by the table and by who they are."""
    events = HAND_OVER_STATES.events(HandOverState(row.state))
    party = actor.user_id in {row.giver_id, row.taker_id}
    may_give = actor.user_id == row.giver_id or (
        not row.giver.is_active and actor.may(Permission.HAND_OVER_APPROVE)
    )
    buttons = []
    if (HandOverEvent.GIVE in events and may_give) or (
        HandOverEvent.TAKE in events and actor.user_id == row.taker_id
    ):
        buttons.append(_button(row, "sign", _("Sign"), "signature", Permission.HAND_OVER_SIGN))
    if not party and HandOverEvent.APPROVE in events:
        approve = Permission.HAND_OVER_APPROVE
        buttons.append(_button(row, "approve", _("Approve"), "check", approve))
        buttons.append(_button(row, "refuse", _("Refuse"), "x", approve, is_dangerous=True))
    if HandOverEvent.WITHDRAW in events and (party or actor.may(Permission.HAND_OVER_APPROVE)):
        withdraw = _("Withdraw")
        buttons.append(
            _button(row, "withdraw", withdraw, "arrow-back-up", Permission.HAND_OVER_SIGN, is_dangerous=True)
        )
    return buttons


def _button(
    row: HandOver, act: str, label: str, icon: str, permission: Permission, *, is_dangerous: bool = False
) -> Button:
    return Button(
        label,
        reverse("managers-handover-act", args=[row.pk, act]),
        icon,
        permission,
        is_primary=not is_dangerous,
        is_dangerous=is_dangerous,
        post=True,
        question=_("%(act)s: %(count)s accounts?") % {"act": label, "count": getattr(row, "accounts", 0)},
        fields={"version": row.version},
    )
