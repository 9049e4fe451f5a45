"""Single sign-on as it is set, tried out, and the comparison with the directory."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from dakehu.infra.jobs.models import Job
from dakehu.infra.parameters.api import value_of
from dakehu.infra.ui.api import Badge, Fact, Kind, Tone, actor_of, go_to, page
from dakehu.infra.ui.jobs import JOB_STATES
from dakehu.kernel.errors import DomainError
from dakehu.organisation.domain.mapping import GroupMap
from dakehu.organisation.domain.sign_on import PROVIDER, Directory, Match, Oidc
from dakehu.organisation.models import Role
from dakehu.organisation.parameters import COMPARE_HOUR, LOCK_PERCENT
from dakehu.organisation.permissions import Permission
from dakehu.organisation.selectors.sign_on import group_map
from dakehu.organisation.services.comparison import KIND, compare_start
from dakehu.organisation.signon.checks import Finding, check_all

_FINE = Badge(pgettext_lazy("check", "Right"), Tone.GOOD)
_WRONG = Badge(pgettext_lazy("check", "Wrong"), Tone.BAD)
_NOTE = Badge(pgettext_lazy("check", "Note"), Tone.QUIET)


@page(Permission.SIGN_ON_VIEW, methods=("GET",))
def sign_on_record(request: HttpRequest) -> HttpResponse:
    return _page(request)


@page(Permission.SIGN_ON_VIEW, methods=("POST",))
def sign_on_check(request: HttpRequest) -> HttpResponse:
    """Try it out now; what was found stands on the page."""
    return _page(request, check_all())


@page(Permission.SIGN_ON_RUN, methods=("POST",))
def sign_on_compare(request: HttpRequest) -> HttpResponse:
    """Start a comparison in the background."""
    compare_start(actor=actor_of(request))
    return go_to(request, reverse("organisation-sign-on-record"))


def _page(request: HttpRequest, findings: Sequence[Finding] | None = None) -> HttpResponse:
    oidc, directory, groups = settings.OIDC, settings.LDAP, _groups()
    actor = actor_of(request)
    last = Job.objects.filter(kind=KIND).order_by("-created_at").first() if directory else None
    context = {
        "title": _("Single sign-on"),
        "oidc": _oidc_facts(request, oidc) if oidc else [],
        "directory": _directory_facts(directory) if directory else [],
        "is_clear": directory is not None and not directory.is_encrypted,
        "groups": groups,
        "rules": _rules(groups) if groups else [],
        "mapping_file": settings.SIGN_ON_MAPPING,
        "findings": None if findings is None else [(_badge(each), each) for each in findings],
        "may_check": oidc is not None or directory is not None,
        "may_run": directory is not None and actor.may(Permission.SIGN_ON_RUN),
        "last": last,
        "last_said": (last.error or last.result.get("summary", "")) if last else "",
        "last_badge": JOB_STATES[last.state] if last else None,
        "percent": value_of(LOCK_PERCENT),
        "hour": value_of(COMPARE_HOUR),
    }
    return render(request, "organisation/sign_on.html", context)


def _oidc_facts(request: HttpRequest, oidc: Oidc) -> list[Fact]:
    back = request.build_absolute_uri(reverse("openid_connect_callback", args=[PROVIDER]))
    by = _("e-mail") if oidc.match is Match.EMAIL else _("sign-in name")
    return [
        Fact(_("Shown as"), oidc.name or _("Single sign-on")),
        Fact(_("Issuer"), oidc.issuer, Kind.CODE),
        Fact(_("Client id"), oidc.client_id, Kind.CODE),
        Fact(_("Secret"), _("set") if oidc.secret else _("none (public client)")),
        Fact(_("Address to register there"), back, Kind.CODE),
        Fact(_("Matched by"), _("claim %(claim)s with the %(what)s") % {"claim": oidc.claim, "what": by}),
        Fact(_("Unknown persons"), _opened(create=oidc.create)),
    ]


def _directory_facts(directory: Directory) -> list[Fact]:
    return [
        Fact(_("Servers"), " ".join(directory.uris), Kind.CODE),
        Fact(
            _("Encrypted"),
            "StartTLS" if directory.starttls else "LDAPS" if directory.is_encrypted else _("no"),
        ),
        Fact(_("Certificates"), directory.ca or _("the system's"), Kind.CODE),
        Fact(_("Service account"), directory.bind_dn, Kind.CODE),
        Fact(_("Searched below"), directory.base, Kind.CODE),
        Fact(_("Sign-in name"), directory.login, Kind.CODE),
        Fact(_("Persons"), directory.people, Kind.CODE),
        Fact(_("Bound by"), directory.ident, Kind.CODE),
        Fact(_("Unknown persons"), _opened(create=directory.create)),
    ]


def _opened(*, create: bool) -> str:
    return _("get an account with what their groups bring") if create else _("are turned away")


def _groups() -> GroupMap | None:
    try:
        return group_map()
    except DomainError:
        return None


def _rules(groups: GroupMap) -> list[dict[str, object]]:
    """The rules with roles by their names; a code that no role has stands as it is."""
    names = {role.code: str(role) for role in Role.objects.all()} if groups.rules else {}
    return [
        {"group": rule.group, "unit": rule.unit, "names": [names.get(code, code) for code in rule.roles]}
        for rule in groups.rules
    ]


def _badge(finding: Finding) -> Badge:
    return _NOTE if finding.is_fine is None else _FINE if finding.is_fine else _WRONG
