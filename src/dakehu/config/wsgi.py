"""The web process's entry for granian (why WSGI: docs/decisions/0003-wsgi.md)."""

from __future__ import annotations

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from dakehu.infra import presence
from dakehu.infra.collector import leave_alone_what_is_loaded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dakehu.config.settings")
application = get_wsgi_application()
presence.announce(settings.HOME)
get_resolver().url_patterns  # noqa: B018 - loads every view, which the first request would otherwise wait for
leave_alone_what_is_loaded()
