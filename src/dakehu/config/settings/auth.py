"""Sign-in: allauth with argon2, lock-out, optional TOTP, a list of one's sessions."""

from __future__ import annotations

import os

AUTH_USER_MODEL = "organisation.User"
AUTHENTICATION_BACKENDS = [
    "dakehu.organisation.signon.backend.DirectoryBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "dakehu.organisation.web.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "dakehu.organisation.web.signin.SignInForm",
    "change_password": "dakehu.organisation.web.signin.OwnPasswordForm",
    "reauthenticate": "dakehu.organisation.web.signin.ConfirmForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
# Five wrong passwords for one name lock that name for five minutes. A whole office may come from one address.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "5/5m/key,100/5m/ip"}
# How many proxies in front add to X-Forwarded-For; without this all people would share the proxy's address.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("DAKEHU_PROXIES", "0"))
USERSESSIONS_TRACK_ACTIVITY = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Dakehu"

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_NAME = "dakehu_session"
CSRF_COOKIE_NAME = "dakehu_csrf"
