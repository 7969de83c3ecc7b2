"""Passwords that thieves have: looked up in a file of the operator's, so that nothing about a password leaves the machine."""

from __future__ import annotations

import logging
import os
from hashlib import sha1
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User

log = logging.getLogger("alongside.security")

HASH_LENGTH = 40


def is_listed(password: str, listed: Path) -> bool:
    """Whether the file knows this password: lines of SHA-1 in hexadecimal and more, in ascending order.

    That is how the lists of breaches are given away. They hold a thousand million lines, so the file is halved, not read.
    Raises `OSError` where the file has gone since the start.
    """
    wanted = sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with listed.open("rb") as lines:
        low, high = 0, os.fstat(lines.fileno()).st_size
        while low < high:
            middle = (low + high) // 2
            lines.seek(max(middle - 1, 0))
            if middle:
                lines.readline()
            begins = lines.tell()
            found = lines.readline()[:HASH_LENGTH].upper()
            if begins >= high or found > wanted:
                high = middle
            elif found == wanted:
                return True
            else:
                low = lines.tell()
    return False


class BreachedPasswordValidator:
    """Refuses what stands in the operator's list of breaches (`ALONGSIDE_BREACHED_PASSWORDS`); without one, nothing.

    The 20,000 most common breached passwords are refused always, by Django's own `CommonPasswordValidator`.
    """

    def validate(self, password: str, user: User | None = None) -> None:
        """Raises `ValidationError` for a listed password, and for any while the list cannot be read."""
        listed: Path | None = settings.BREACHED_PASSWORDS
        try:
            found = listed is not None and is_listed(password, listed)
        except OSError:
            log.exception("the list of breached passwords cannot be read")
            raise ValidationError(
                _("New passwords cannot be checked now. Try again later, or tell whoever runs this site."),
                code="unchecked",
            ) from None
        if found:
            raise ValidationError(self.get_help_text(), code="password_breached")

    def get_help_text(self) -> str:
        """The sentence of the refusal."""
        return _(
            "This password was stolen somewhere and is on lists that thieves try. Choose another, and change it wherever else you use it."
        )
