"""The doorbell: how a service tells a worker that work is due, after the commit.

A ring is a hint and nothing more. The work stands in PostgreSQL and the periodic passes find it anyway, so a broker
that is absent, full or wiped costs a few seconds of delay and never a request.
"""

from __future__ import annotations

import logging
from functools import partial
from time import monotonic
from typing import Any

from celery import current_app
from django.db import transaction

logger = logging.getLogger(__name__)

EXPIRES_SECONDS = 60
PATIENCE: dict[str, Any] = {
    "max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0,
    "connect_retries_timeout": 1, "socket_connect_timeout": 1, "socket_timeout": 1,
}  # fmt: skip
"""How long a request waits for the broker. Left alone, the library tries for six seconds at every ring."""
QUIET_SECONDS = 30.0
"""After a ring that nobody heard, this process leaves the broker alone for so long."""

_quiet_until = 0.0


def ring(task: str) -> None:
    """Queue the task registered as `task` once the transaction has committed; at once when there is none.

    Never raises because of the broker, and rings once for a transaction however often it is asked.
    """
    connection = transaction.get_connection()
    waiting = {getattr(entry[1], "args", None) for entry in connection.run_on_commit}
    if (task,) not in waiting:
        transaction.on_commit(partial(_ring, task), robust=True)


def _ring(task: str) -> None:
    global _quiet_until
    if monotonic() < _quiet_until:
        return
    try:
        with current_app.connection_for_write(connect_timeout=1, transport_options=PATIENCE) as broker:
            current_app.send_task(task, connection=broker, expires=EXPIRES_SECONDS, retry=False, ignore_result=True)
    except Exception as error:
        _quiet_until = monotonic() + QUIET_SECONDS
        logger.warning("the doorbell did not ring for %s: %s", task, type(error).__name__)
