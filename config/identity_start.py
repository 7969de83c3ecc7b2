"""A web process does not start without the keys that the names in the database need."""

from __future__ import annotations

import logging
import sys

BOOT_ERROR = 3
"""The status by which gunicorn knows that starting the process again would not help."""

log = logging.getLogger("alongside.identity")


def refuse_lost_keys() -> None:
    """End the process with a sentence when a key is missing. A database that is away is no reason: pages say so later."""
    from django.db import Error, connection

    from common.errors import Refusal
    from referral.services import identity_keys

    try:
        identity_keys.refuse_unknown_keys(connection.alias)
    except Error as error:
        log.warning("the keys of the identity could not be looked at: %s", type(error).__name__)
    except Refusal as refusal:
        sys.stderr.write(f"alongside: {refusal}\n")
        sys.exit(BOOT_ERROR)
    finally:
        if not connection.in_atomic_block:
            connection.close()
