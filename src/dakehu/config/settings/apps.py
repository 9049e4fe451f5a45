"""Installed apps, in the order of the layers: lowest first."""

from __future__ import annotations

from importlib.util import find_spec

DAKEHU_APPS = [
    app
    for app in [
        "dakehu.infra.access",
        "dakehu.infra.audit",
        "dakehu.infra.outbox",
        "dakehu.infra.parameters",
        "dakehu.infra.jobs",
        "dakehu.infra.backups",
        "dakehu.infra.workdays",
        "dakehu.infra.files",
        "dakehu.infra.ui",
        "dakehu.infra.importing",
        "dakehu.infra.exporting",
        "dakehu.infra.rest",
        "dakehu.organisation",
        "dakehu.notices",
        "dakehu.customers",
        "dakehu.managers",
        "dakehu.catalogue",
        "dakehu.numbering",
        "dakehu.centrex",
        "dakehu.enterprise_vpn",
        "dakehu.ringback",
        "dakehu.orders",
        "dakehu.charging",
        "dakehu.reporting",
        "dakehu.switchd",
        "dakehu.config.demo",
    ]
    if find_spec(app) and find_spec(f"{app}.apps")
]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django_tasks",
    "django_tasks_db",
    "django_filters",
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    "csp",
    *DAKEHU_APPS,  # before allauth: our templates and our Chinese take the place of its own
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.idp.oidc",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "dakehu.infra",
    "dakehu.config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "dakehu.infra.typed.CleanInputMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "dakehu.infra.correlation.CorrelationMiddleware",
    "dakehu.organisation.web.middleware.ActorMiddleware",
    "dakehu.organisation.web.sight.SightMiddleware",
    "dakehu.organisation.web.middleware.OneTimePasswordMiddleware",
]
