"""What the tests change: a home of their own, static files unhashed, a cheap password hasher."""

from __future__ import annotations

import os
import tempfile

os.environ.setdefault("DAKEHU_HOME", tempfile.mkdtemp(prefix="dakehu-test-"))

from dakehu.config.settings import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *PASSWORD_HASHERS]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    DATABASES["default"]["OPTIONS"] = {}
