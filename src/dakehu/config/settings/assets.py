"""Style sheets and scripts: our own beside the front-end packages that npm locks, served by whitenoise."""

from __future__ import annotations

from dakehu.config.settings.core import DEBUG, ROOT

NODE_MODULES = ROOT / "node_modules"
STATIC_URL = "static/"
STATIC_ROOT = ROOT / "build" / "static"
STATICFILES_FINDERS = [
    "dakehu.infra.ui.assets.OwnFinder",
    "dakehu.infra.ui.assets.PackageFinder",
]
# The files that pages use, one by one: the packages hold fifty times as many.
PACKAGE_FILES = {
    "vendor/tabler.css": "@tabler/core/dist/css/tabler.min.css",
    "vendor/tabler.js": "@tabler/core/dist/js/tabler.min.js",
    "vendor/icons.css": "@tabler/icons-webfont/dist/tabler-icons.min.css",
    "vendor/fonts/tabler-icons.woff2": "@tabler/icons-webfont/dist/fonts/tabler-icons.woff2",
    "vendor/fonts/tabler-icons.woff": "@tabler/icons-webfont/dist/fonts/tabler-icons.woff",
    "vendor/fonts/tabler-icons.ttf": "@tabler/icons-webfont/dist/fonts/tabler-icons.ttf",
    "vendor/htmx.js": "htmx.org/dist/htmx.min.js",
    "vendor/echarts.js": "echarts/dist/echarts.min.js",
    "vendor/jssip.js": ".joined/jssip.js",  # made by scripts/assets
}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "dakehu.infra.ui.assets.HashedStorage"
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["woff", "woff2", "ttf", "png", "jpg", "gz", "br", "map"]
