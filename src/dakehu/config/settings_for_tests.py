"""What the tests change: a home of their own, static files unhashed, a cheap password hasher.

Each process has its own: parallel processes have databases with the same keys, and files are named by key. So
this module lies beside the package of the settings, which looks for its home as soon as it is imported.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

os.environ["DAKEHU_HOME"] = tempfile.mkdtemp(prefix="dakehu-test-")

from dakehu.config.settings import *

atexit.register(shutil.rmtree, HOME, ignore_errors=True)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *PASSWORD_HASHERS]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    DATABASES["default"]["OPTIONS"] = {}
