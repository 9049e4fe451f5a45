"""Style sheets and scripts: our own beside the front-end packages that npm locks, served by whitenoise."""

from __future__ import annotations

from dakehu.config.settings.core import DEBUG, ROOT

NODE_MODULES = ROOT / "node_modules"
STATIC_URL = "static/"
STATIC_ROOT = ROOT / "build" / "static"
STATICFILES_DIRS = [
    (prefix, NODE_MODULES / folder)
    for prefix, folder in {
        "vendor/tabler": "@tabler/core/dist",
        "vendor/icons": "@tabler/icons-webfont/dist",
        "vendor/htmx": "htmx.org/dist",
        "vendor/echarts": "echarts/dist",
    }.items()
    if (NODE_MODULES / folder).is_dir()
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
