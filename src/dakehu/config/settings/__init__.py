"""Settings by topic; every value that differs between installations comes from the environment.

`DAKEHU_HOME` holds all that a running Dakehu writes: database, directory, spool, lake, files, secret key.
"""

from __future__ import annotations

import django_stubs_ext

django_stubs_ext.monkeypatch()

from dakehu.config.settings.apps import *  # noqa: E402 - the patch makes generic Django classes usable first
from dakehu.config.settings.assets import *  # noqa: E402
from dakehu.config.settings.auth import *  # noqa: E402
from dakehu.config.settings.core import *  # noqa: E402
from dakehu.config.settings.database import *  # noqa: E402
from dakehu.config.settings.i18n import *  # noqa: E402
from dakehu.config.settings.mail import *  # noqa: E402
from dakehu.config.settings.security import *  # noqa: E402
from dakehu.config.settings.signon import *  # noqa: E402
