"""Trying out what is set: which part of provider, directory or file works, what is wrong with the rest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from ldap3.core.exceptions import LDAPException

from dakehu.infra.errors import message_for
from dakehu.kernel.errors import DomainError
from dakehu.organisation.domain.sign_on import Directory, Oidc
from dakehu.organisation.models import Role
from dakehu.organisation.selectors.sign_on import group_map, unit_named
from dakehu.organisation.signon.directory import opened_at, people
from dakehu.organisation.signon.oidc import discovered, fetched

_LOOKED_AT = 2000


@dataclass(frozen=True, slots=True)
class Finding:
    """`is_fine` None: worth knowing, neither good nor bad."""

    what: str
    is_fine: bool | None
    said: str


def check_all() -> list[Finding]:
    """Takes as long as the time-outs of the settings when something is down."""
    oidc, directory = settings.OIDC, settings.LDAP
    found = [*(_oidc(oidc) if oidc else ()), *(_directory(directory) if directory else ())]
    return [*found, *_mapping()] if settings.SIGN_ON_MAPPING else found


def _oidc(oidc: Oidc) -> Iterator[Finding]:
    what = _("Provider")
    try:
        document = discovered(oidc)
    except DomainError as fault:
        reason = fault.data.get("reason")
        said = (
            _("It describes itself otherwise than set here: %(part)s.") % {"part": reason}
            if reason
            else _("No answer at %(url)s. Address, network or certificate?") % {"url": oidc.issuer}
        )
        yield Finding(what, is_fine=False, said=said)
        return
    yield Finding(what, is_fine=True, said=_("Answers at %(url)s.") % {"url": oidc.issuer})
    if "S256" in document.get("code_challenge_methods_supported", ["S256"]):
        yield Finding("PKCE", is_fine=True, said="S256")
    else:
        yield Finding("PKCE", is_fine=False, said=_("The provider does not offer S256."))
    yield _keys(document["jwks_uri"])


def _keys(url: str) -> Finding:
    what = _("Provider's keys")
    try:
        keys = [key.get("alg") or key.get("kty", "") for key in fetched(url).get("keys", [])]
    except DomainError:
        return Finding(
            what,
            is_fine=False,
            said=_("No answer at %(url)s. Address, network or certificate?") % {"url": url},
        )
    return Finding(what, bool(keys), "、".join(keys) or _("There are none."))


def _directory(directory: Directory) -> Iterator[Finding]:
    fine = [_server(directory, uri) for uri in directory.uris]
    yield from fine
    if not any(each.is_fine for each in fine):
        return
    what = _("People in the directory")
    try:
        found = list(islice(people(directory), _LOOKED_AT))
    except DomainError:
        said = _("The search below %(base)s failed: base, filter or the service account's rights?")
        yield Finding(what, is_fine=False, said=said % {"base": directory.base})
        return
    said = _("%(count)s found.") % {"count": f"{_LOOKED_AT}+" if len(found) == _LOOKED_AT else len(found)}
    yield Finding(what, bool(found), said)
    for attribute, lacking in (
        (directory.login, sum(not each.key for each in found)),
        (directory.ident, sum(not each.subject for each in found)),
    ):
        if lacking:
            told = _("%(count)s of them have no %(name)s.") % {"count": lacking, "name": attribute}
            yield Finding(what, is_fine=False, said=told)


def _server(directory: Directory, uri: str) -> Finding:
    host = urlsplit(uri).netloc
    try:
        connection = opened_at(directory, uri, directory.bind_dn, directory.bind_password)
    except (LDAPException, OSError) as fault:
        return Finding(host, is_fine=False, said=_("No connection: %(fault)s") % {"fault": fault})
    code, described = connection.result["result"], connection.result["description"]
    with suppress(LDAPException, OSError):
        connection.unbind()
    if code:
        told = _("The service account is refused: %(fault)s") % {"fault": described}
        return Finding(host, is_fine=False, said=told)
    return Finding(host, is_fine=True, said=_("Answers, and knows the service account."))


def _mapping() -> Iterator[Finding]:
    what = _("File of groups")
    try:
        mapping = group_map()
    except DomainError as fault:
        yield Finding(what, is_fine=False, said=message_for(fault))
        return
    yield Finding(what, is_fine=True, said=_("%(count)s groups.") % {"count": len(mapping.rules)})
    places = {rule.unit for rule in mapping.rules if rule.unit} | ({mapping.unit} if mapping.unit else set())
    for place in sorted(places):
        if unit_named(place) is None:
            yield Finding(what, is_fine=False, said=_("There is no open unit “%(unit)s”.") % {"unit": place})
    known = dict(Role.objects.values_list("code", "everything"))
    for role in sorted({role for rule in mapping.rules for role in rule.roles}):
        if role not in known:
            yield Finding(what, is_fine=False, said=_("There is no role “%(role)s”.") % {"role": role})
        elif known[role]:
            told = _("“%(role)s” may everything: no group gives it, only an administrator.")
            yield Finding(what, is_fine=False, said=told % {"role": role})
