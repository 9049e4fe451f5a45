"""Outgoing mail, and where readers of mails find the pages. Without `DAKEHU_MAIL_HOST` nothing is mailed."""

from __future__ import annotations

import os

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = os.environ.get("DAKEHU_MAIL_HOST", "")
EMAIL_HOST_USER = os.environ.get("DAKEHU_MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("DAKEHU_MAIL_PASSWORD", "")
# How the line is protected: "starttls", "tls" from the first byte on, or "" not at all.
_SAFE = os.environ.get("DAKEHU_MAIL_SECURITY", "starttls" if EMAIL_HOST_USER else "")
EMAIL_USE_TLS = _SAFE == "starttls"
EMAIL_USE_SSL = _SAFE == "tls"
EMAIL_PORT = int(os.environ.get("DAKEHU_MAIL_PORT", {"tls": 465, "starttls": 587}.get(_SAFE, 25)))
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = os.environ.get("DAKEHU_MAIL_FROM", "dakehu@localhost")
PAGES_URL = os.environ.get("DAKEHU_URL", "").rstrip("/")
