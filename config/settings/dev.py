"""What `make run` uses: one machine, embedded parts unless the environment names others, training mode."""

from __future__ import annotations

from config import env
from config.settings.base import *  # noqa: F403
from config.settings.installation import settings_of

ENV = env.read(training_by_default=True)
globals().update(settings_of(ENV))
