"""Managers' files: list, record, forms, photo, qualifications and trainings."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from dakehu.infra.access.api import Actor
from dakehu.infra.audit.api import snapshot
from dakehu.infra.clock import now
from dakehu.infra.files.api import file_response
from dakehu.infra.ui.api import (
    Action,
    Button,
    ChoiceFilter,
    Column,
    EmptyState,
    Fact,
    Figure,
    FormPage,
    Kind,
    ListSpec,
    Record,
    Tab,
    actor_of,
    form_page,
    go_to,
    list_view,
    page,
    record_page,
)
from dakehu.kernel.clock import day_of
from dakehu.kernel.errors import NotFound
from dakehu.managers.models import Credential, ManagerFile
from dakehu.managers.permissions import Permission
from dakehu.managers.selectors.files import credentials_of, file_get, files_with_load
from dakehu.managers.selectors.visits import promises_open
from dakehu.managers.services.files import (
    GRADES,
    credential_add,
    credential_remove,
    file_change,
    file_create,
    photo_set,
)
from dakehu.managers.web.forms import CredentialForm, FileChangeForm, FileForm, PhotoForm, number_from
from dakehu.managers.web.words import CREDENTIALS, file_url, manager_grade
from dakehu.organisation.api import dictionary_choices

_PROMISES_SHOWN = 50


def _matching(rows: QuerySet[ManagerFile], text: str) -> QuerySet[ManagerFile]:
    letters = text.lower()
    return rows.filter(
        Q(user__name__contains=text)
        | Q(user__pinyin__startswith=letters)
        | Q(user__initials__startswith=letters)
        | Q(user__username__startswith=letters)
    )


FILES = ListSpec[ManagerFile](
    name="managers.file",
    title=gettext_lazy("Account managers"),
    permission=Permission.FILE_VIEW,
    noun="manager",
    queryset=lambda _actor: files_with_load(day_of(now())),
    columns=[
        Column("user__name", gettext_lazy("Manager"), Kind.LINK, sort="user__pinyin"),
        Column("grade", pgettext_lazy("manager", "Grade"), value=lambda row: manager_grade(row.grade)),
        Column("user__post", gettext_lazy("Post"), value=lambda row: str(row.user.post or "")),
        Column("user__org_unit__name", gettext_lazy("Unit")),
        Column("accounts", gettext_lazy("Accounts"), Kind.NUMBER),
        Column("revenue_fen", gettext_lazy("Monthly revenue, 10,000 yuan"), Kind.WAN),
        Column("visits_due", gettext_lazy("Visits due"), Kind.NUMBER),
        Column("languages", gettext_lazy("Languages"), shown=False),
        Column("since", gettext_lazy("Manager since"), Kind.DATE, shown=False),
    ],
    sort="user__name",
    filters=[
        ChoiceFilter(
            "grade", pgettext_lazy("manager", "Grade"), choices=lambda _actor: dictionary_choices(GRADES)
        )
    ],
    search=_matching,
    search_hint=gettext_lazy("Name, initials of its pinyin, or sign-in name"),
    row_url=lambda row: file_url(row.pk),
    actions=[
        Action(
            gettext_lazy("New file"), "managers-file-create", Permission.FILE_CHANGE, "plus", is_primary=True
        )
    ],
    empty=EmptyState(
        gettext_lazy("No manager has a file yet"),
        gettext_lazy("Open one for each person who looks after accounts."),
        "user-star",
    ),
)
file_list = list_view(FILES)


@page(Permission.FILE_VIEW, methods=("GET",))
def file_record(request: HttpRequest, pk: int) -> HttpResponse:
    """The file: load, facts, qualifications and trainings, what is still promised."""
    actor = actor_of(request)
    file = file_get(actor, pk, day_of(now()))
    credentials = credentials_of(actor, file)
    tabs = [
        Tab(
            "file", pgettext("manager", "File"), "managers/facts.html", {"facts": _facts(file), "file": file}
        ),
        Tab(
            "credentials",
            _("Qualifications and training"),
            "managers/credentials.html",
            {
                "credentials": [(row, CREDENTIALS[Credential.Kind(row.kind)]) for row in credentials],
                "file": file,
                "may_change": actor.may(Permission.FILE_CHANGE),
            },
            count=len(credentials),
        ),
    ]
    if actor.may(Permission.VISIT_VIEW):
        promises = list(promises_open(actor, file.user_id)[:_PROMISES_SHOWN])
        shown = {"promises": promises, "today": day_of(now())}
        tabs.append(Tab("promises", _("Promises"), "managers/promises.html", shown, count=len(promises)))
    return record_page(
        request,
        Record(
            noun="manager",
            object_id=file.pk,
            title=file.user.name,
            subtitle=" · ".join(filter(None, (file.user.org_unit.name, manager_grade(file.grade)))),
            figures=_figures(file),
            tabs=tabs,
            buttons=_buttons(actor, file),
            back=(_("Account managers"), reverse("managers-file-list")),
        ),
    )


@page(Permission.FILE_CHANGE, methods=("GET", "POST"))
def file_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    form = FileForm(request.POST or None, initial={"user": request.GET.get("user", "")})

    def save(values: dict[str, Any]) -> str:
        row = file_create(actor=actor, user_id=number_from(values["user"]), draft=form.draft())
        return file_url(row.pk)

    back = reverse("managers-file-list")
    shown = FormPage(
        _("New file"), form, back=back, done=pgettext("manager", "The file is open."), noun="manager"
    )
    return form_page(request, shown, save)


@page(Permission.FILE_CHANGE, methods=("GET", "POST"))
def file_edit(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    file = file_get(actor, pk, day_of(now()))
    form = FileChangeForm(request.POST or None, initial=snapshot(file))

    def save(values: dict[str, Any]) -> str:
        file_change(actor=actor, file_id=pk, version=values["version"], draft=form.draft())
        return file_url(pk)

    title = _("Change %(name)s") % {"name": file.user.name}
    shown = FormPage(title, form, back=file_url(pk), done=_("Saved."), noun="manager")
    return form_page(request, shown, save)


@page(Permission.FILE_CHANGE, methods=("GET", "POST"))
def photo_new(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    file = file_get(actor, pk, day_of(now()))
    form = PhotoForm(request.POST or None, request.FILES or None)

    def save(values: dict[str, Any]) -> str:
        sent = values["photo"]
        photo_set(actor=actor, file_id=pk, name=sent.name or "", chunks=sent.chunks())
        return file_url(pk)

    title = _("Photo of %(name)s") % {"name": file.user.name}
    return form_page(request, FormPage(title, form, back=file_url(pk), done=_("Saved.")), save)


@page(Permission.FILE_VIEW, methods=("GET",))
def photo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The portrait, to whoever sees the file."""
    file = file_get(actor_of(request), pk, day_of(now()))
    if file.photo is None:
        raise NotFound(noun="file", id=str(pk))
    return file_response(file.photo)


@page(Permission.FILE_CHANGE, methods=("GET", "POST"))
def credential_new(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    file = file_get(actor, pk, day_of(now()))
    form = CredentialForm(request.POST or None)

    def save(_values: dict[str, Any]) -> str:
        credential_add(actor=actor, file_id=pk, draft=form.draft())
        return f"{file_url(pk)}?tab=credentials"

    title = _("Qualification or training of %(name)s") % {"name": file.user.name}
    return form_page(request, FormPage(title, form, back=file_url(pk), done=_("Saved.")), save)


@page(Permission.FILE_CHANGE, methods=("POST",))
def credential_end(request: HttpRequest, pk: int, credential: int) -> HttpResponse:
    credential_remove(actor=actor_of(request), credential_id=credential)
    return go_to(request, f"{file_url(pk)}?tab=credentials")


def _facts(file: ManagerFile) -> list[Fact]:
    user = file.user
    return [
        Fact(_("Post"), str(user.post or "")),
        Fact(pgettext("manager", "Grade"), manager_grade(file.grade)),
        Fact(_("Unit"), user.org_unit.name),
        Fact(_("Manager since"), file.since, Kind.DATE),
        Fact(_("Languages"), file.languages),
        Fact(_("Mobile"), user.mobile, Kind.CODE),
        Fact(_("E-mail"), user.email),
        Fact(pgettext("manager", "Remark"), file.remark),
    ]


def _figures(file: ManagerFile) -> list[Figure]:
    load = {name: getattr(file, name) for name in ("accounts", "revenue_fen", "visits_due")}
    due = f"{reverse('managers-due')}?owner={file.user_id}"
    accounts = f"{reverse('customers-customer-list')}?owner={file.user_id}"
    return [
        Figure(_("Accounts"), load["accounts"], Kind.NUMBER, url=accounts),
        Figure(_("Monthly revenue"), load["revenue_fen"], Kind.WAN, _("10,000 yuan")),
        Figure(_("Visits due"), load["visits_due"], Kind.NUMBER, url=due),
    ]


def _buttons(actor: Actor, file: ManagerFile) -> list[Button]:
    calendar = f"{reverse('managers-calendar')}?manager={file.user_id}"
    buttons = [
        Button(
            _("Edit"),
            reverse("managers-file-change", args=[file.pk]),
            "pencil",
            Permission.FILE_CHANGE,
            is_primary=True,
        ),
        Button(
            pgettext("manager", "Photo"),
            reverse("managers-photo-change", args=[file.pk]),
            "camera",
            Permission.FILE_CHANGE,
        ),
        Button(_("Calendar"), calendar, "calendar", Permission.VISIT_VIEW),
    ]
    if file.user_id == actor.user_id or actor.may(Permission.HAND_OVER_APPROVE):
        give = f"{reverse('managers-handover-create')}?giver={file.user_id}"
        buttons.append(Button(_("Hand accounts over"), give, "user-share", Permission.HAND_OVER_SIGN))
    return buttons
