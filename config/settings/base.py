"""Settings common to development, tests and production. Nothing here reads the environment or touches a file."""

from __future__ import annotations

import logging
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from common import log_lines
from config import csp
from config.databases import BACKUP, GUARD, ROLE_NAMES
from config.env import PROJECT

BASE_DIR = PROJECT


def _if_present(*dotted: str) -> list[str]:
    """The names whose module exists; optional parts of the product are simply left out where they are not shipped."""
    return [name for name in dotted if find_spec(name.rsplit(".", 1)[0]) is not None]


DEBUG = False
USE_TZ = True
TIME_ZONE = "UTC"
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "config",
    # Before Django's own, so that our `migrate` wins.
    "common",
    "accounts",
    "referral",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_countries",
    "django_filters",
    "csp",
]

MIDDLEWARE = [
    # Headers first: no answer gets past them, whoever made it.
    "common.headers_middleware.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "common.refusal_log_middleware.RefusalLogMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pages too leave compressed. Django pads the answer and masks the form token, so that lengths tell nothing.
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "common.body_limit_middleware.BodyLimitMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.ReaderLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.session_middleware.SessionLimitMiddleware",
    # Default deny: a view is public only where it says so.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.kept_form_middleware.KeptFormMiddleware",
    # Outside the actor's own transaction, so that a refusal is written down although the request was rolled back.
    *_if_present("referral.denial_middleware.DenialMiddleware"),
    *_if_present("referral.middleware.ActorMiddleware"),
    *_if_present("referral.second_factor_middleware.SecondFactorMiddleware"),
    "common.method_middleware.MethodMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                *_if_present("common.context.page_frame"),
                "referral.context.referral_frame",
            ],
        },
    }
]

# Databases: `default` and `owner` are filled in by dev, test and prod.
DATABASE_ROUTERS = ["common.router.OwnerMigrates"]
DATABASE_ROLES = dict(ROLE_NAMES)
DATABASE_GUARD, DATABASE_BACKUP = GUARD, BACKUP
# What a worker never opens: second factors, addresses, rights of accounts, sessions. Our own models say it themselves (common.grants).
CLOSED_TO_WORKER = ("account", "auth", "contenttypes", "mfa", "sessions")
# What row level security lets through, table by table (docs/decisions/0050).
SECOND_WALL = "referral.second_wall.WALL"

# Accounts
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.AccountBackend"]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "accounts.validators.ContextWordsValidator"},
    {"NAME": "accounts.breached_passwords.BreachedPasswordValidator"},
]
# A file of breached passwords, where the operator has one.
BREACHED_PASSWORDS: Path | None = None
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "user_token": "accounts.forms.UserTokenForm",
}
# A whole workshop shares one address, so nothing counts by address: see docs/decisions/0005. Sign-in has its own
# delay per account (accounts.services); `login_failed` is left to the codes of the second factor.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": "5/5m/key",
    "reset_password": "5/10m/key",
    "reset_password_from_key": None,
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.SignInCodeForm",
    "reauthenticate": "accounts.forms.ReauthenticateCodeForm",
    "activate_totp": "accounts.forms.ActivateCodesForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Alongside"
# A code counts for its own half minute and no longer (ASVS 5.0, 6.5.5); telephones set their clocks by their network.
MFA_TOTP_PERIOD = 30
MFA_TOTP_TOLERANCE = 0
# Recovery codes are kept as hashes (accounts.recovery_codes), so they can be shown once.
MFA_RECOVERY_CODES_SHOW_ONCE = True
# Addresses are not confirmed by mail: an administrator makes the accounts.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# Logins marked as demonstration work only where an installation turns this on.
DEMONSTRATION = False

# Counters and used codes must be the same for all web processes, so they live in PostgreSQL.
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

# Keys of names, contact and places (common.cipher): filled in by installation and test; none means nothing opens.
IDENTITY_KEYS: Any = None

# Languages offered to people. The model knows Portuguese and Arabic already; they join when their words are complete.
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("fr", "Français")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True

# Static files: own origin, hashed names, compressed.
STATIC_URL = "/static/"
# No other site reads our files; WhiteNoise would let everybody.
WHITENOISE_ALLOW_ALL_ORIGINS = False
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "common.static_storage.JoinedStaticFilesStorage"},
}

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

# Sessions and headers
SESSION_ENGINE = "accounts.session_store"
# Not in a cookie of its own: messages are nobody's but the reader's.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = csp.POLICY
RESPONSE_HEADERS: dict[str, str] = csp.HEADERS
CSRF_FAILURE_VIEW = "accounts.session_views.form_token_refused"
# An account whose role can see identity signs in with a second factor. Demonstration logins never have one.
SECOND_FACTOR_FOR_IDENTITY = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

DEFAULT_FROM_EMAIL = "Alongside <no-reply@alongside.example.org>"
EMAIL_TIMEOUT = 10


def _is_news(record: logging.LogRecord) -> bool:
    """A health address that says 503 has said it to whoever asks; a line per question would hide everything else."""
    return getattr(record, "status_code", None) != 503


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "common.log_lines.DiscreetFormatter", "format": log_lines.FORMAT}},
    "filters": {
        "news": {"()": "django.utils.log.CallbackFilter", "callback": _is_news},
        "wordless": {"()": "common.log_lines.WordlessTasks"},
        "pages": {"()": "common.log_lines.PageNames"},
        "requests": {"()": "common.log_lines.WordlessRequests"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django.request": {"level": "ERROR", "filters": ["news", "pages"]},
        # What was refused is one line of `alongside.security`; Django would add a traceback for each.
        "django.security": {"level": "CRITICAL"},
        "alongside.security": {"level": "INFO"},
        "celery.app.trace": {"filters": ["wordless"]},
        # Each web process reads this after gunicorn has made its log, and replaces it, however gunicorn was started.
        "gunicorn.error": {"level": "WARNING", "handlers": ["stderr"], "filters": ["requests"], "propagate": False},
        "gunicorn.http.wsgi": {"filters": ["requests"]},
    },
}
# The worker writes the same lines as everybody else.
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
