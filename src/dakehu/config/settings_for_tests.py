"""What the tests change: a home of their own, static files unhashed, a cheap password hasher.

Each process has its own: parallel processes have databases with the same keys, and files are named by key. So
this module lies beside the package of the settings, which looks for its home as soon as it is imported.
"""

from __future__ import annotations

import os

from dakehu.config import homes_of_tests

os.environ["DAKEHU_HOME"] = str(homes_of_tests.make())

from dakehu.config.settings import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *PASSWORD_HASHERS]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    DATABASES["default"]["OPTIONS"] = {}
