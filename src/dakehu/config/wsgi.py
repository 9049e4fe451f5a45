"""The web process's entry for granian (why WSGI: docs/decisions/0003-wsgi.md)."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dakehu.config.settings")
application = get_wsgi_application()
