"""The directory as one of Django's ways to authenticate: asked for its own people and unknown names only."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.core.cache import cache
from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables

from dakehu.organisation.domain.claims import Person
from dakehu.organisation.domain.errors import DirectorySilent
from dakehu.organisation.domain.sign_on import Directory, Way
from dakehu.organisation.models import User
from dakehu.organisation.services.admission import admit
from dakehu.organisation.signon import directory as ldap

_SILENT, _SILENT_S = "organisation.directory-silent", 15


class DirectoryBackend(ModelBackend):
    @sensitive_variables("password")
    def authenticate(
        self,
        request: HttpRequest | None,  # noqa: ARG002 - Django's signature
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,  # noqa: ARG002
    ) -> User | None:
        """Raises `DirectorySilent`, and `NotKnownHere` for whoever has no account but the right password."""
        directory: Directory | None = settings.LDAP
        if directory is None or not username or not password:
            return None
        known = User.objects.filter(username=username.lower()).first()
        if known is not None and known.signs_in_by != Way.DIRECTORY:
            return None
        person = _verified(directory, username, password)
        return None if person is None else admit(way=Way.DIRECTORY, person=person, create=directory.create)


@sensitive_variables("password")
def _verified(directory: Directory, login: str, password: str) -> Person | None:
    """After a silence nobody waits for the same time-outs again until some seconds are over."""
    if cache.get(_SILENT):
        raise DirectorySilent
    try:
        return ldap.verify(directory, login, password)
    except DirectorySilent:
        cache.set(_SILENT, True, _SILENT_S)
        raise
