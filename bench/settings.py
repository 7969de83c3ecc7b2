"""Production's settings; a bare view to compare with and a count of queries per answer are added.

Visitors have no phone, so no second factor is asked for; that the account may have one is read all the same.
"""

from __future__ import annotations

from config.settings.prod import *  # noqa: F403
from config.settings.prod import MIDDLEWARE as SHIPPED

ROOT_URLCONF = "bench.urls"
MIDDLEWARE = ["bench.middleware.CountQueries", *SHIPPED]
SECOND_FACTOR_FOR_IDENTITY = False
