"""The bench's settings without the signature of the second wall: what the wall costs is the difference."""

from __future__ import annotations

from bench.settings import *  # noqa: F403
from bench.settings import MIDDLEWARE as SHIPPED

MIDDLEWARE = ["bench.middleware.WithoutContext", *SHIPPED]
