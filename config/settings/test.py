"""Settings of the test suite. `tests/conftest.py` starts a throw-away server and fills in where it listens."""

from __future__ import annotations

from common.cipher import KEY_BYTES, Key, Keyring, number_of
from config.databases import PLANNING, ROLE_NAMES, embedded
from config.settings.base import *  # noqa: F403
from config.settings.base import BASE_DIR
from config.settings.installation import cookies

SECRET_KEY = "tests-only-not-secret"  # noqa: S105
SECOND_WALL_KEY = "tests-only-not-secret-and-long-enough"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
ORIGIN = "http://testserver"
TRAINING = True
DEMONSTRATION = True
PLAIN_HTTP = True
# Most tests speak as accounts that have no phone; tests/accounts/test_second_factor_needed.py turns it on.
SECOND_FACTOR_FOR_IDENTITY = False
DEMO_PASSWORD = None
IDENTITY_KEYS = Keyring((Key(number_of(bytes(KEY_BYTES)), bytes(KEY_BYTES)),))
DATA_DIR = BASE_DIR / "var" / "unused-in-tests"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
globals().update(cookies(https=False, port=80))

DATABASES = {
    "default": {**embedded("web", "", BASE_DIR), "OPTIONS": {"options": PLANNING}, "TEST": {"MIRROR": "owner"}},
    "owner": embedded("owner", "", BASE_DIR),
}
DATABASE_ROLES = dict(ROLE_NAMES)

EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_BROKER_URL = "memory://"
CELERY_TASK_ALWAYS_EAGER = False
CELERY_TASK_IGNORE_RESULT = True

# A right-to-left pseudo-language: Arabic's direction with English words shows what logical layout forgot.
LANGUAGES = [("en-gb", "English"), ("fr", "Français"), ("ar", "Right to left")]
