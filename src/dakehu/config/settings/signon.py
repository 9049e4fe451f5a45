"""Single sign-on: an OpenID Connect provider and a directory, each off unless the environment names it."""

from __future__ import annotations

import os
from pathlib import Path

from dakehu.organisation.domain.sign_on import read_directory, read_oidc

_SECRETS = ("DAKEHU_OIDC_SECRET", "DAKEHU_LDAP_BIND_PASSWORD")
_environment = {
    **os.environ,
    **{
        name: Path(os.environ[f"{name}_FILE"]).read_text().strip()
        for name in _SECRETS
        if os.environ.get(f"{name}_FILE")
    },
}
OIDC = read_oidc(_environment)
LDAP = read_directory(_environment)
SIGN_ON_MAPPING = os.environ.get("DAKEHU_SIGN_ON_MAPPING", "")

SOCIALACCOUNT_ADAPTER = "dakehu.organisation.signon.adapter.SignOnAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"provider_class": "dakehu.organisation.signon.oidc.Provider"},
}
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
