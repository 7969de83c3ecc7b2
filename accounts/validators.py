"""Passwords that whoever knows this product would try first."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User

WORDS = (
    "alongside",
    "handover",
    "referral",
    "registry",
    "focalpoint",
    "exercise",
    "training",
    "workshop",
    "protection",
    "trafficking",
    "ecowas",
    "lagos",
    "password",
    "passwort",
    "motdepasse",
)
"""The product's own words, its field and the words for "password" in its languages; documented in docs/security.md."""
LEAST_BESIDE = 8


class ContextWordsValidator:
    """Refuses a password that is little more than words of this product and digits."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raises `ValidationError` when fewer than eight letters remain beside such words, digits and signs."""
        letters = "".join(letter for letter in password.casefold() if letter.isalpha())
        rest = letters
        for word in WORDS:
            rest = rest.replace(word, "")
        if rest != letters and len(rest) < LEAST_BESIDE:
            raise ValidationError(self.get_help_text(), code="password_context")

    def get_help_text(self) -> str:
        """The sentence of the refusal."""
        return _(
            "This password is made of words that many people here would try. Choose words that have nothing to do with this work."
        )
