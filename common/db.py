"""Work after commit: how a service rings the worker's doorbell."""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

from celery import current_app
from django.db import transaction

logger = logging.getLogger(__name__)

EXPIRES_SECONDS = 60


def enqueue(task: str, *, using: str = "default", **arguments: Any) -> None:
    """Queue the task registered as `task` once the transaction on `using` has committed; at once when there is none.

    A message is only a hint that work is due: rows in PostgreSQL say what the work is and the periodic sweep finds
    them anyway. So a broker that is absent or full is logged and never fails the request. `arguments` must be JSON.
    """
    transaction.on_commit(partial(_ring, task, arguments), using=using, robust=True)


def _ring(task: str, arguments: dict[str, Any]) -> None:
    try:
        current_app.send_task(task, kwargs=arguments, expires=EXPIRES_SECONDS, retry=False, ignore_result=True)
    except Exception as error:  # each broker has exceptions of its own, and none of them may reach a user
        logger.warning("the doorbell did not ring for %s: %s", task, error)
