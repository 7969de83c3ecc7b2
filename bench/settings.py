"""Production's settings; only two things are added: a bare view to compare with, and a count of queries per answer."""

from __future__ import annotations

from config.settings.prod import *  # noqa: F403
from config.settings.prod import MIDDLEWARE as SHIPPED

ROOT_URLCONF = "bench.urls"
MIDDLEWARE = ["bench.middleware.CountQueries", *SHIPPED]
