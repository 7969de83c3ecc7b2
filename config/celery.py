"""The Celery application. Services queue by registered name, so nothing below imports this module."""

from __future__ import annotations

import os
import warnings
from typing import Any

from celery import Celery
from celery.platforms import SecurityWarning
from celery.signals import worker_init
from django.conf import settings

from config import broker, env, filebroker, wall_start

# A process that nobody has called web or command yet is one of Celery's own: it connects as the worker role.
env.declare_process("worker")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
# Celery warns root because of pickle; we accept JSON alone.
warnings.filterwarnings("ignore", category=SecurityWarning)

filebroker.install()
app = Celery("alongside")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["referral"])
# The current application is kept per thread; web threads fall back to the default one.
app.set_default()
# Here, because a worker whose folders were wiped ends, is started again, and then finds them made anew.
broker.make_folders(settings.CELERY_BROKER_URL, getattr(settings, "CELERY_BROKER_TRANSPORT_OPTIONS", {}))


@worker_init.connect
def _look_at_the_second_wall(**_named: Any) -> None:
    wall_start.refuse_a_weak_wall(1)
