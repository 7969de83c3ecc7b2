"""Celery's settings. The broker is a doorbell: all truth is in PostgreSQL, so losing every message loses nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from config.env import Environment

SWEEP_SECONDS = 5.0
DELIVERY_SECONDS = 5.0
ANCHOR_SECONDS = 300.0
"""How much of the record at most could be made anew without a trace."""

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    # A tick that waited longer than a few rounds is worth nothing: the next one does all its work.
    "sweep": {"task": "referral.sweep", "schedule": SWEEP_SECONDS, "options": {"expires": 4 * SWEEP_SECONDS}},
    "deliver": {"task": "referral.deliver", "schedule": DELIVERY_SECONDS, "options": {"expires": 4 * DELIVERY_SECONDS}},
    "anchor": {"task": "referral.anchor", "schedule": ANCHOR_SECONDS, "options": {"expires": 60.0}},
}


def celery_settings(env: Environment) -> dict[str, Any]:
    """Settings under the CELERY_ prefix, for the broker given or for files in the data folder."""
    folder = env.data / "broker"
    found: dict[str, Any] = {
        "CELERY_TASK_SERIALIZER": "json",
        "CELERY_ACCEPT_CONTENT": ["json"],
        "CELERY_RESULT_BACKEND": None,
        "CELERY_TASK_IGNORE_RESULT": True,
        "CELERY_TASK_ACKS_LATE": True,
        "CELERY_WORKER_PREFETCH_MULTIPLIER": 1,
        "CELERY_WORKER_ENABLE_REMOTE_CONTROL": False,
        "CELERY_WORKER_SEND_TASK_EVENTS": False,
        "CELERY_WORKER_HIJACK_ROOT_LOGGER": False,
        "CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP": True,
        "CELERY_TASK_PUBLISH_RETRY": False,
        "CELERY_TIMEZONE": "UTC",
        "CELERY_BEAT_SCHEDULE": BEAT_SCHEDULE,
        # In memory: ticks that only say “look again” need no file, and a half-written one would stop every later start.
        "CELERY_BEAT_SCHEDULER": "celery.beat:Scheduler",
    }
    if env.broker_url is not None:
        return {
            **found,
            "CELERY_BROKER_URL": env.broker_url,
            "CELERY_BROKER_TRANSPORT_OPTIONS": {"socket_connect_timeout": 2},
        }
    return {
        **found,
        "CELERY_BROKER_URL": "filesystem://localhost",
        "CELERY_BROKER_TRANSPORT_OPTIONS": {
            "data_folder_in": str(folder / "queue"),
            "data_folder_out": str(folder / "queue"),
            "control_folder": str(folder / "control"),
            "processed_folder": str(folder / "processed"),
            "store_processed": False,
        },
    }


def make_folders(url: str, options: Mapping[str, Any]) -> None:
    """The file broker's folders, for this user alone. Kombu makes only one of them, open to all."""
    if not url.startswith("filesystem:"):
        return
    for name in ("data_folder_in", "control_folder", "processed_folder"):
        folder = Path(options[name])
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
