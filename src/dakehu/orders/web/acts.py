"""What can be done with an order and with a step: the buttons, their questions, and the services behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.infra.access.api import Actor
from dakehu.infra.ui.api import LineField, VersionField
from dakehu.orders.domain.decomposition import StepKind
from dakehu.orders.domain.states import OrderEvent, PauseReason, StepEvent
from dakehu.orders.permissions import OrderPermission
from dakehu.orders.services import handling, steps
from dakehu.orders.services.completion import order_complete
from dakehu.orders.web.words import REASONS

_E = OrderEvent
Values = Mapping[str, Any]


class ReasonForm(forms.Form):
    version = VersionField()
    reason = LineField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class HoldForm(forms.Form):
    version = VersionField(required=False)
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=list(REASONS.items()),
        help_text=_("The customer's delays and force majeure stop the clock; the others do not."),
    )
    note = LineField(label=_("Remark"), max_length=500, required=False)


class NoteForm(forms.Form):
    note = LineField(label=_("Remark"), max_length=500, required=False)


class RecordForm(forms.Form):
    record = LineField(
        label=_("What was found or done"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@dataclass(frozen=True, slots=True)
class Act:
    """`run(actor, pk, values)`; without `form` the button posts at once, after `question` if there is one."""

    name: str
    label: str | Promise
    icon: str
    permission: str
    run: Callable[[Actor, int, Values], object]
    events: tuple[str, ...] = ()
    form: type[forms.Form] | None = None
    question: str | Promise = ""
    done: str | Promise = ""
    is_primary: bool = False
    is_dangerous: bool = False


def _version(values: Values) -> int | None:
    given = values.get("version")
    return int(given) if given not in (None, "") else None


ORDER_ACTS: tuple[Act, ...] = (
    Act(
        "take", pgettext_lazy("order", "Take"), "hand-grab", OrderPermission.TAKE,
        lambda actor, pk, v: handling.order_take(actor=actor, order_id=pk, version=_version(v)),
        (_E.TAKE,), done=_("Taken; the branches have their steps."), is_primary=True,
    ),
    Act(
        "reject", pgettext_lazy("order", "Reject"), "arrow-back-up", OrderPermission.TAKE,
        lambda actor, pk, v: handling.order_reject(
            actor=actor, order_id=pk, reason=v["reason"], version=_version(v)
        ),
        (_E.REJECT,), ReasonForm, done=_("Rejected; its numbers are free again."), is_dangerous=True,
    ),
    Act(
        "resume", pgettext_lazy("order", "Resume"), "player-play", OrderPermission.TAKE,
        lambda actor, pk, v: handling.order_resume(actor=actor, order_id=pk, version=_version(v)),
        (_E.RESUME, _E.CUSTOMER_ANSWERED), done=_("Work goes on."), is_primary=True,
    ),
    Act(
        "grant", _("Grant the cancellation"), "check", OrderPermission.TAKE,
        lambda actor, pk, v: handling.order_grant_cancellation(
            actor=actor, order_id=pk, version=_version(v)
        ),
        (_E.GRANT_CANCELLATION,), question=_("Cancel the order? Its numbers become free again."),
        done=_("Cancelled; its numbers are free again."), is_dangerous=True,
    ),
    Act(
        "refuse", _("Refuse the cancellation"), "x", OrderPermission.TAKE,
        lambda actor, pk, v: handling.order_refuse_cancellation(
            actor=actor, order_id=pk, reason=v["reason"], version=_version(v)
        ),
        (_E.REFUSE_CANCELLATION,), ReasonForm, done=_("Refused; work goes on."),
    ),
    Act(
        "complete", pgettext_lazy("order", "Complete"), "circle-check", OrderPermission.TAKE,
        lambda actor, pk, _v: order_complete(actor=actor, order_id=pk),
        (_E.COMPLETE,), done=_("Completed; its lines are in service."), is_primary=True,
    ),
    Act(
        "urge", pgettext_lazy("order", "Urge"), "bell-ringing", OrderPermission.URGE,
        lambda actor, pk, v: steps.order_urge(actor=actor, order_id=pk, note=v["note"]),
        (), NoteForm, done=_("Whoever holds it has been reminded."),
    ),
    Act(
        "hold", pgettext_lazy("order", "Hold"), "player-pause", OrderPermission.TAKE,
        lambda actor, pk, v: handling.order_hold(
            actor=actor, order_id=pk, reason=PauseReason(v["reason"]), note=v["note"], version=_version(v)
        ),
        (_E.HOLD,), HoldForm, done=_("The order stands still."),
    ),
    Act(
        "cancel", pgettext_lazy("order", "Cancel the order"), "ban", OrderPermission.SUBMIT,
        lambda actor, pk, v: handling.order_cancel(
            actor=actor, order_id=pk, reason=v["reason"], version=_version(v)
        ),
        (_E.CANCEL, _E.ASK_CANCELLATION), ReasonForm,
        done=_("Cancelled, or asked for where work has begun."), is_dangerous=True,
    ),
)  # fmt: skip

STEP_ACTS: tuple[Act, ...] = (
    Act(
        "start", pgettext_lazy("step", "Begin"), "player-play", OrderPermission.WORK,
        lambda actor, pk, _v: steps.step_start(actor=actor, step_id=pk), (StepEvent.START,),
        is_primary=True,
    ),
    Act(
        "finish", pgettext_lazy("step", "Done"), "check", OrderPermission.WORK,
        lambda actor, pk, v: steps.step_finish(actor=actor, step_id=pk, record=v["record"]),
        (StepEvent.FINISH,), RecordForm, is_primary=True,
    ),
    Act(
        "resume", pgettext_lazy("step", "Go on"), "player-play", OrderPermission.WORK,
        lambda actor, pk, _v: steps.step_resume(actor=actor, step_id=pk), (StepEvent.RESUME,),
        is_primary=True,
    ),
    Act(
        "pause", pgettext_lazy("step", "Pause"), "player-pause", OrderPermission.WORK,
        lambda actor, pk, v: steps.step_pause(
            actor=actor, step_id=pk, reason=PauseReason(v["reason"]), note=v["note"]
        ),
        (StepEvent.PAUSE,), HoldForm,
    ),
)  # fmt: skip

HINTS: Mapping[str, str | Promise] = {
    StepKind.SURVEY: _("Cables, room, power: what is there and what is missing."),
    StepKind.RESOURCE: _("Pairs, ports, numbers that were assigned."),
    StepKind.CONSTRUCTION: _("What was built; the exchange's data by the work order."),
    StepKind.TEST: _("Calls out, calls in, calls by short number."),
    StepKind.END_TO_END_TEST: _("Calls between the branches."),
    StepKind.SIGN_OFF: _("Who signed for the customer. The order completes with it, charging begins."),
}


def act_of(acts: tuple[Act, ...], name: str) -> Act | None:
    return next((act for act in acts if act.name == name), None)
