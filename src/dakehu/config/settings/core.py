"""Paths, secret, hosts, templates, logging."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
HOME = Path(os.environ.get("DAKEHU_HOME", ROOT / "var")).resolve()


def _secret(path: Path) -> str:
    """The installation's own secret, made at the first start and readable by its owner alone."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass
        return path.read_text().strip()


SECRET_KEY = os.environ.get("DAKEHU_SECRET_KEY") or _secret(HOME / "secret.key")
BACKUPS = Path(os.environ.get("DAKEHU_BACKUPS", HOME / "backups")).resolve()
DEBUG = os.environ.get("DAKEHU_DEBUG") == "1"
WEB_PORT = int(os.environ.get("DAKEHU_WEB_PORT", "8000"))
ALLOWED_HOSTS = os.environ.get("DAKEHU_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("DAKEHU_ORIGINS", "").split(",") if o]
ROOT_URLCONF = "dakehu.config.urls"
WSGI_APPLICATION = "dakehu.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = True
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2**20

SIP_HOST = os.environ.get("DAKEHU_SIP_HOST", "127.0.0.1")
SIP_PORT = int(os.environ.get("DAKEHU_SIP_PORT", "5060"))
SIP_WS_PORT = os.environ.get("DAKEHU_SIP_WS_PORT", "")
SIP_WSS_PORT = os.environ.get("DAKEHU_SIP_WSS_PORT", "")
WEBPHONE_URL = os.environ.get("DAKEHU_WEBPHONE_URL", "")
SIP_REALM = os.environ.get("DAKEHU_SIP_REALM", "dakehu")

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton", "django.templatetags.i18n"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "dakehu.infra.ui.context.shell",
            ],
        },
    }
]

CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("DAKEHU_LOG", "WARNING")},
}
