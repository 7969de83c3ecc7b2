"""Seals text that may lie in the database for a while, so that a copy of the database alone does not say it."""

from __future__ import annotations

from base64 import b64decode, b64encode
from secrets import token_bytes

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.crypto import salted_hmac

NONCE = 12


def seal(text: str, *, purpose: str, bound_to: str) -> str:
    """`text` under AES-256-GCM with a key of this purpose; opens only with the same purpose and the same `bound_to`."""
    nonce = token_bytes(NONCE)
    sealed = AESGCM(_key(settings.SECRET_KEY, purpose)).encrypt(nonce, text.encode(), bound_to.encode())
    return b64encode(nonce + sealed).decode()


def opened(sealed: str, *, purpose: str, bound_to: str) -> str | None:
    """What `seal` sealed, or None where it was changed, moved, or sealed with a key that is no longer known."""
    raw = b64decode(sealed)
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return AESGCM(_key(secret, purpose)).decrypt(raw[:NONCE], raw[NONCE:], bound_to.encode()).decode()
        except InvalidTag:
            continue
    return None


def _key(secret: str | bytes, purpose: str) -> bytes:
    return salted_hmac("accounts.sealing", purpose, secret=secret, algorithm="sha256").digest()
