"""Robots of chat groups, and what was sent to whom."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dakehu.infra.access.api import Actor, access_one
from dakehu.infra.ui.api import (
    Action,
    Badge,
    BulkAction,
    Button,
    ChoiceFilter,
    Column,
    DateFilter,
    EmptyState,
    Fact,
    FormPage,
    Group,
    Kind,
    ListSpec,
    Record,
    Tab,
    Tone,
    YesNoFilter,
    actor_of,
    form_page,
    go_to,
    list_view,
    page,
    record_page,
)
from dakehu.notices.kinds import all_kinds
from dakehu.notices.models import Dispatch, Robot
from dakehu.notices.permissions import Permission
from dakehu.notices.selectors.notices import title_of
from dakehu.notices.selectors.readers import dispatches_all, robots_all
from dakehu.notices.services.robots import (
    RobotDetails,
    dispatch_send_again,
    robot_change,
    robot_create,
    robot_remove,
    robot_try,
)
from dakehu.notices.web.forms import RobotForm

ON = {
    "True": Badge(pgettext_lazy("robot", "On"), Tone.GOOD),
    "False": Badge(pgettext_lazy("robot", "Off"), Tone.QUIET),
}
STATES = {
    "due": Badge(Dispatch.State.DUE.label, Tone.INFO),
    "done": Badge(Dispatch.State.DONE.label, Tone.GOOD),
    "parked": Badge(Dispatch.State.PARKED.label, Tone.BAD),
    "dropped": Badge(Dispatch.State.DROPPED.label, Tone.QUIET),
}


def _url(row: Robot) -> str:
    return reverse("notices-robot-record", args=[row.pk])


def _next(row: Dispatch) -> datetime | None:
    return row.due_at if row.state == Dispatch.State.DUE else None


def _again(actor: Actor, row: Dispatch, _values: dict[str, Any]) -> None:
    dispatch_send_again(actor=actor, dispatch_id=row.pk)


ROBOTS: ListSpec[Robot] = ListSpec(
    name="notices.robot",
    noun="robot",
    title=gettext_lazy("Robots of chat groups"),
    note=gettext_lazy("WeCom and DingTalk groups of the units, told by their robots."),
    queryset=lambda _actor: robots_all(),
    permission=Permission.ROBOT_VIEW,
    columns=[
        Column("name", gettext_lazy("Name"), Kind.LINK, sort="name"),
        Column("org_unit", gettext_lazy("Unit"), sort="org_path"),
        Column("style", gettext_lazy("Made by"), value=lambda row: row.get_style_display()),
        Column("host", gettext_lazy("Server"), Kind.CODE),
        Column("kinds", gettext_lazy("Kinds"), Kind.NUMBER, value=lambda row: len(row.kinds)),
        Column("is_active", gettext_lazy("State"), Kind.STATE, states=ON),
    ],
    sort="name",
    filters=[YesNoFilter("on", pgettext_lazy("robot", "On"), path="is_active")],
    row_url=_url,
    actions=[
        Action(
            gettext_lazy("New robot"),
            "notices-robot-create",
            Permission.ROBOT_CHANGE,
            "plus",
            is_primary=True,
        )
    ],
    empty=EmptyState(
        gettext_lazy("No robot yet"),
        gettext_lazy("Add a robot to your WeCom or DingTalk group, and enter its webhook address here."),
        icon="robot",
    ),
)
robot_list = list_view(ROBOTS)

DISPATCHES: ListSpec[Dispatch] = ListSpec(
    name="notices.dispatch",
    noun="dispatch",
    title=gettext_lazy("Notices sent"),
    note=gettext_lazy("By mail and robot. What fails is tried again for three days."),
    queryset=lambda _actor: dispatches_all(),
    permission=Permission.DISPATCH_VIEW,
    columns=[
        Column("kind", gettext_lazy("Notice"), value=title_of),
        Column("to", pgettext_lazy("notice", "To"), value=lambda row: str(row.user or row.robot)),
        Column("channel", pgettext_lazy("notice", "By"), value=lambda row: row.get_channel_display()),
        Column("state", gettext_lazy("State"), Kind.STATE, states=STATES),
        Column("made_at", pgettext_lazy("notice", "Made"), Kind.MOMENT, sort="id"),
        Column("sent_at", Dispatch.State.DONE.label, Kind.MOMENT),
        Column("due_at", gettext_lazy("Next attempt"), Kind.MOMENT, value=_next),
        Column("attempts", gettext_lazy("Attempts"), Kind.NUMBER),
        Column("error", gettext_lazy("Fault")),
    ],
    sort="-made_at",
    filters=[
        ChoiceFilter("state", gettext_lazy("State"), choices=Dispatch.State.choices),
        ChoiceFilter("channel", pgettext_lazy("notice", "By"), choices=Dispatch.Channel.choices),
        DateFilter("made_at", pgettext_lazy("notice", "Made")),
    ],
    bulk=[BulkAction("again", gettext_lazy("Send again"), _again, Permission.DISPATCH_SEND, "refresh")],
    empty=EmptyState(
        gettext_lazy("Nothing was sent yet"),
        gettext_lazy("Mails and robots' messages stand here with what became of them."),
        icon="send",
    ),
)
dispatch_list = list_view(DISPATCHES)


@page(Permission.ROBOT_VIEW, methods=("GET",))
def robot_record(request: HttpRequest, pk: int) -> HttpResponse:
    row = access_one(robots_all(), actor_of(request), pk, Permission.ROBOT_VIEW)
    kinds = {kind.name: str(kind.label) for kind in all_kinds()}
    last = Dispatch.objects.filter(robot=row).order_by("-pk").first()
    facts = [
        Fact(_("Unit"), row.org_unit),
        Fact(_("Made by"), row.get_style_display()),
        Fact(_("Server"), row.host, Kind.CODE),
        Fact(_("Signing secret"), _("Kept sealed") if row.secret_sealed else ""),
        Fact(_("The group is told of"), "、".join(kinds.get(kind, kind) for kind in row.kinds)),
        Fact(_("Last message"), last.made_at if last else None, Kind.MOMENT),
        Fact(_("What became of it"), STATES[last.state] if last else ""),
        Fact(_("Fault"), last.error if last else ""),
    ]
    record = Record(
        noun="robot",
        object_id=row.pk,
        title=row.name,
        badges=[ON[str(row.is_active)]],
        tabs=[Tab("facts", _("Robot"), "notices/facts.html", {"facts": facts})],
        buttons=_buttons(row),
        back=(_("Robots of chat groups"), reverse("notices-robot-list")),
    )
    return record_page(request, record)


def _buttons(row: Robot) -> list[Button]:
    change = Permission.ROBOT_CHANGE
    return [
        Button(
            _("Change"), reverse("notices-robot-change", args=[row.pk]), "pencil", change, is_primary=True
        ),
        Button(_("Send a trial"), reverse("notices-robot-try", args=[row.pk]), "send", change, post=True),
        Button(
            _("Remove"),
            reverse("notices-robot-remove", args=[row.pk]),
            "trash",
            change,
            is_dangerous=True,
            post=True,
            question=_("Remove the robot “%(name)s”? Its address is forgotten.") % {"name": row.name},
            fields={"version": row.version},
        ),
    ]


@page(Permission.ROBOT_CHANGE, methods=("GET", "POST"))
def robot_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    form = RobotForm(request.POST or None, actor=actor)

    def save(values: dict[str, Any]) -> str:
        values.pop("version")
        return _url(robot_create(actor=actor, details=_details(values)))

    return form_page(request, _form_page(form, _("New robot"), reverse("notices-robot-list")), save)


@page(Permission.ROBOT_CHANGE, methods=("GET", "POST"))
def robot_edit(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    row = access_one(robots_all(), actor, pk, Permission.ROBOT_CHANGE)
    form = RobotForm(request.POST or None, actor=actor, robot=row, initial=RobotForm.initial_of(row))

    def save(values: dict[str, Any]) -> str:
        version = values.pop("version") or 0
        return _url(robot_change(actor=actor, robot_id=pk, version=version, details=_details(values)))

    return form_page(request, _form_page(form, row.name, _url(row)), save)


@page(Permission.ROBOT_CHANGE, methods=("POST",))
def robot_trial(request: HttpRequest, pk: int) -> HttpResponse:
    robot_try(actor=actor_of(request), robot_id=pk)
    messages.success(
        request, _("A trial message is on its way. Load the page anew to see what became of it.")
    )
    return go_to(request, reverse("notices-robot-record", args=[pk]))


@page(Permission.ROBOT_CHANGE, methods=("POST",))
def robot_delete(request: HttpRequest, pk: int) -> HttpResponse:
    version = request.POST.get("version", "")
    robot_remove(actor=actor_of(request), robot_id=pk, version=int(version) if version.isdecimal() else 0)
    messages.success(request, _("The robot is removed."))
    return go_to(request, reverse("notices-robot-list"))


def _details(values: dict[str, Any]) -> RobotDetails:
    return RobotDetails(unit_id=values.pop("unit"), **values)


def _form_page(form: RobotForm, title: str, back: str) -> FormPage:
    return FormPage(
        title=title,
        form=form,
        groups=[
            Group(_("Robot"), ["name", "unit", "style", "address", "secret", "is_active"]),
            Group(_("Messages"), ["kinds", "language"]),
        ],
        back=back,
        done=_("Saved."),
        noun="robot",
    )
