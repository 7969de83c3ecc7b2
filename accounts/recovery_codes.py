"""Recovery codes of which the database keeps hashes alone: drawn, shown and hashed in one moment, once.

allauth keeps the seed that all codes can be made from again. ASVS 5.0, 6.5.2, asks for a password's hash instead
(docs/decisions/0065-recovery-codes.md).
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Self

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth.hashers import identify_hasher, make_password
from django.db import transaction

if TYPE_CHECKING:
    from accounts.models import User

HIDDEN = "****"
"""Stands for a code that is left and cannot be shown again, as allauth writes it."""
SALT_BYTES = 16


class HashedRecoveryCodes(RecoveryCodes):
    """One person's recovery codes. `data` is empty until they are first looked at; then it holds a salt and the hashes left.

    All codes of one person share their salt, so that one hash answers whether a typed code is among them.
    """

    instance: Authenticator
    _shown: list[str] | None = None

    @classmethod
    def activate(cls, user: User) -> Self:
        """Make room for codes, which are drawn when their owner first looks; what is there already stays."""
        instance, _ = Authenticator.objects.get_or_create(
            user=user, type=Authenticator.Type.RECOVERY_CODES, defaults={"data": {}}
        )
        return cls(instance)

    @property
    def did_view(self) -> bool:
        """Whether the codes were drawn, which is when they were shown."""
        return "hashes" in self.instance.data

    @transaction.atomic
    def mark_as_viewed(self) -> None:
        """Draw the codes and keep their hashes. The plain codes live as long as this object: for one answer.

        Of two answers at once only one shows codes.
        """
        self.instance = Authenticator.objects.select_for_update().get(pk=self.instance.pk)
        if self.did_view:
            return
        self._shown = [_drawn() for _number in range(app_settings.RECOVERY_CODE_COUNT)]
        salt = secrets.token_hex(SALT_BYTES)
        self._keep(salt, [make_password(code, salt) for code in self._shown])

    def generate_codes(self) -> list[str]:
        """The codes drawn in this moment, else one sign of their absence for each that is left."""
        return self._shown or [HIDDEN for _hash in self.instance.data.get("hashes", [])]

    def get_unused_codes(self) -> list[str]:
        """As `generate_codes`: a code that was used is gone."""
        return self.generate_codes()

    @transaction.atomic
    def validate_code(self, code: str) -> bool:
        """Whether this is a code that is left; it is not left any more then."""
        code = normalize_user_code(code)
        if len(code) == app_settings.TOTP_DIGITS:
            return False  # allauth asks here first about a code of the app, and to hash that takes long
        self.instance = Authenticator.objects.select_for_update().get(pk=self.instance.pk)
        if not self.did_view:
            return False
        salt, hashes = self.instance.data["salt"], self.instance.data["hashes"]
        used = _among(hashes, code, salt)
        if used is None:
            return False
        self._keep(salt, [kept for kept in hashes if kept != used])
        return True

    def _keep(self, salt: str, hashes: list[str]) -> None:
        self.instance.data = {"salt": salt, "hashes": hashes}
        self.instance.save(update_fields=["data"])


def _among(hashes: list[str], code: str, salt: str) -> str | None:
    """The hash of this code: found by one hash where they were made as hashes are made now, else by asking each."""
    typed = make_password(code, salt)
    if typed in hashes:
        return typed
    if not hashes or hashes[0].partition(salt)[0] == typed.partition(salt)[0]:
        return None
    made_by = identify_hasher(hashes[0])
    return next((known for known in hashes if made_by.verify(code, known)), None)


def _drawn() -> str:
    digits = app_settings.RECOVERY_CODE_DIGITS
    return str(secrets.randbelow(10**digits)).zfill(digits)
