"""A web server or worker does not start where the second wall does not hold for it, whoever set the database up."""

from __future__ import annotations

import logging
import sys

log = logging.getLogger("alongside.second_wall")


def refuse_a_weak_wall(status: int) -> None:
    """End the process with a sentence and this status. A database that is away is no reason: pages say so later."""
    from django.db import Error, connection

    from common.second_wall_checks import seen

    try:
        wrong = seen()
    except Error as error:
        log.warning("the second wall could not be looked at: %s", type(error).__name__)
        return
    finally:
        if not connection.in_atomic_block:
            connection.close()
    if wrong:
        sys.stderr.write(f"alongside: {wrong}\n")
        sys.exit(status)
