"""One line for each event of security, in codes and numbers: no name, no address, no word that anybody typed."""

from __future__ import annotations

import logging
from typing import Any

from django.utils.crypto import salted_hmac

from accounts.selectors import normal_email

logger = logging.getLogger("alongside.security")


def note(event: str, *, user: int | None = None, account: str = "") -> None:
    """Write `event`, with the number of the user or the pseudonym of an account that somebody tried."""
    logger.info("%s user=%s account=%s", event, user or "-", account or "-")


def pseudonym(email: str) -> str:
    """The same few letters for the same address, so that attempts can be counted; only with the server's key."""
    return salted_hmac("accounts.security_log", normal_email(email), algorithm="sha256").hexdigest()[:12]


def sign_in_failed(sender: Any, credentials: dict[str, Any], **kwargs: Any) -> None:
    """A password was wrong, or nobody has this address."""
    note("sign_in_failed", account=pseudonym(str(credentials.get("email", ""))))


def code_failed(sender: Any, user: Any, **kwargs: Any) -> None:
    """A code of the second factor was wrong."""
    note("code_failed", user=user.pk)


def signed_out(sender: Any, user: Any, **kwargs: Any) -> None:
    """Somebody signed out, or was signed out after a limit."""
    if user is not None:
        note("signed_out", user=user.pk)
