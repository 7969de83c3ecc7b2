"""Behind an https proxy. Training mode is off unless asked for; plain http is refused outside it."""

from __future__ import annotations

from config import env
from config.settings.base import *  # noqa: F403
from config.settings.installation import settings_of

ENV = env.read(training_by_default=False)
if not ENV.https and not ENV.training:
    raise env.EnvironmentRefused("ALONGSIDE_ORIGIN must start with https:// unless ALONGSIDE_TRAINING is on.")
globals().update(settings_of(ENV))

SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if ENV.https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = ENV.https
SECURE_HSTS_PRELOAD = ENV.https
SECURE_SSL_REDIRECT = ENV.https
# The health address is asked for by machines inside the proxy.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
