"""One's own notices: the bell, the list, opening one, how one wants to be told."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from dakehu.infra.access.api import Actor
from dakehu.infra.ui.api import (
    Badge,
    BulkAction,
    Column,
    CustomFilter,
    DateFilter,
    EmptyState,
    FormPage,
    Group,
    Kind,
    ListSpec,
    Tone,
    actor_of,
    form_page,
    go_to,
    list_view,
    page,
)
from dakehu.notices.kinds import all_kinds
from dakehu.notices.models import Notice, Preference
from dakehu.notices.selectors.notices import (
    UNREAD_SHOWN,
    hide_unseen,
    kind_or_none,
    notices_of,
    title_of,
    unread_count,
    words_of,
)
from dakehu.notices.services.reading import Wish, notice_open, notices_mark, preference_set
from dakehu.notices.services.robots import mail_try
from dakehu.notices.web.forms import PreferenceForm

UNREAD = Badge(pgettext_lazy("notice", "Unread"), Tone.INFO, "circle-filled")
READ = Badge(pgettext_lazy("notice", "Read"), Tone.QUIET, "circle")


def _words(row: Notice) -> str:
    """The sentence, or that its object has left the reader's view."""
    if row.noun and not row.facts:
        return _("What this was about is no longer in your view.")
    return words_of(row)


def _kinds(_actor: Actor) -> forms.Field:
    choices = sorted((str(kind.label), kind.name) for kind in all_kinds())
    empty = ("", gettext_lazy("Kind"))
    return forms.ChoiceField(choices=[empty, *((name, label) for label, name in choices)], required=False)


def _states(_actor: Actor) -> forms.Field:
    choices = [("", gettext_lazy("State")), ("unread", UNREAD.label), ("read", READ.label)]
    return forms.ChoiceField(choices=choices, required=False)


def _mark(actor: Actor, row: Notice, _values: dict[str, Any]) -> None:
    notices_mark(actor=actor, read=True, notice_ids=[row.pk])


def _unmark(actor: Actor, row: Notice, _values: dict[str, Any]) -> None:
    notices_mark(actor=actor, read=False, notice_ids=[row.pk])


NOTICES: ListSpec[Notice] = ListSpec(
    name="notices.notice",
    noun="notice",
    title=gettext_lazy("Notices"),
    queryset=notices_of,
    scoped=False,
    columns=[
        Column("kind", gettext_lazy("Notice"), Kind.LINK, value=title_of, width="12rem"),
        Column("words", pgettext_lazy("notice", "What"), value=_words),
        Column("at", gettext_lazy("When"), Kind.MOMENT, sort="id", width="9rem"),
        Column(
            "state",
            gettext_lazy("State"),
            Kind.STATE,
            value=lambda row: "read" if row.read_at else "unread",
            states={"read": READ, "unread": UNREAD},
            width="6rem",
        ),
    ],
    sort="-at",
    filters=[
        CustomFilter(
            "kind", gettext_lazy("Kind"), field=_kinds, apply=lambda rows, name: rows.filter(kind=name)
        ),
        CustomFilter(
            "state",
            gettext_lazy("State"),
            field=_states,
            apply=lambda rows, state: rows.filter(read_at__isnull=state == "unread"),
        ),
        DateFilter("at", gettext_lazy("When")),
    ],
    row_url=lambda row: reverse("notices-notice-record", args=[row.pk]),
    row_class=lambda row: "" if row.read_at else "notices-unread",
    prepare=hide_unseen,
    bulk=[
        BulkAction("read", gettext_lazy("Mark as read"), _mark, icon="mail-opened"),
        BulkAction("unread", gettext_lazy("Mark as unread"), _unmark, icon="mail"),
    ],
    empty=EmptyState(
        gettext_lazy("No notices"),
        gettext_lazy("What you should know of comes here: work given to you, dates that near, warnings."),
        icon="bell",
    ),
    template="notices/notices.html",
)
notice_list = list_view(NOTICES)


def bell(request: HttpRequest) -> HttpResponse:
    """The bell with its count; nothing where nobody is signed in: no question to sign in for its sake."""
    actor = actor_of(request)
    if actor.user_id is None:
        return HttpResponse(status=204)
    count = unread_count(actor)
    shown = f"{UNREAD_SHOWN}+" if count > UNREAD_SHOWN else str(count or "")
    response = render(request, "notices/bell.html", {"count": count, "shown": shown})
    response["Cache-Control"] = "no-store"
    return response


@page(methods=("GET",))
def notice_record(request: HttpRequest, pk: int) -> HttpResponse:
    """On to what the notice is about, which is read by that."""
    actor = actor_of(request)
    row = notice_open(actor=actor, notice_id=pk)
    hide_unseen(actor, [row])
    if row.url:
        return go_to(request, row.url)
    kind = kind_or_none(row.kind)
    context = {
        "title": title_of(row),
        "words": _words(row),
        "row": row,
        "icon": kind.icon if kind else "bell",
        "back": (_("Notices"), reverse("notices-notice-list")),
    }
    return render(request, "notices/notice.html", context)


@page(methods=("POST",))
def notice_read_all(request: HttpRequest) -> HttpResponse:
    done = notices_mark(actor=actor_of(request), read=True)
    messages.success(request, _("%(count)s notices marked as read.") % {"count": done})
    return go_to(request, reverse("notices-notice-list"))


@page(methods=("GET", "POST"))
def preference_edit(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    row = Preference.objects.filter(pk=actor.user_id).first()
    kept = row or Preference(user_id=actor.user_id or 0, version=0, language=get_language() or "zh-hans")
    form = PreferenceForm(request.POST or None, initial=PreferenceForm.initial_of(kept))

    def save(values: dict[str, Any]) -> str:
        version = values.pop("version")
        preference_set(actor=actor, version=version, wish=Wish(**values))
        return reverse("notices-preference-change")

    shown = FormPage(
        title=_("How you are told"),
        form=form,
        groups=[
            Group(_("By mail"), ["mail", "digest_hour"]),
            Group(
                _("By the robot of your unit's chat group"),
                ["robot"],
                note=_(
                    "The whole group reads it: it is sent only where all of the unit may see what it names."
                ),
            ),
            Group(_("Hours and language"), ["quiet_from", "quiet_to", "language"]),
        ],
        note=_("In the page you see every notice, whatever you choose here."),
        back=reverse("notices-notice-list"),
        done=_("Saved."),
        noun="noticewish",
        template="notices/preference.html",
    )
    return form_page(request, shown, save)


@page(methods=("POST",))
def preference_try(request: HttpRequest) -> HttpResponse:
    mail_try(actor=actor_of(request))
    messages.success(request, _("A trial mail to your address is on its way."))
    return go_to(request, reverse("notices-preference-change"))
