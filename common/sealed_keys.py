"""Keys of rows as they stand in addresses: sealed, so that no address tells how many rows there are or which came first.

A key is one block of AES-256 under a secret of its own kind, half of it zeros: nobody makes up a code that opens, and the code
of one kind opens nothing of another. The same row always has the same address, so links in mails and in histories stay.
Random columns were rejected: a dozen tables would carry a second key for the sake of a link each.
"""

from __future__ import annotations

from base64 import b32decode, b32encode
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings
from django.utils.crypto import salted_hmac

HALF = 8
"""Bytes of a key, and of the zeros before it."""
CODE = "[a-z2-7]{26}"
PADDING = "======"


class SealedKey:
    """A path converter; `sealed(kind)` gives the one of a kind. Views receive the key as a number."""

    kind: str
    regex = CODE

    def to_python(self, value: str) -> int:
        """The key in this code. Raises ValueError, which is an unknown address, for a code that was not made here."""
        block = b32decode(value.upper() + PADDING)
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
            opened = _cipher(self.kind, secret).decryptor().update(block)
            if not any(opened[:HALF]) and _code(block) == value:
                return int.from_bytes(opened[HALF:], "big")
        raise ValueError("no code of ours")

    def to_url(self, value: int) -> str:
        """The code of this key."""
        return _sealed(self.kind, settings.SECRET_KEY, int(value))


def sealed(kind: str) -> type[SealedKey]:
    """The converter for keys of rows of this kind."""
    return type(f"SealedKeyOf{kind.title()}", (SealedKey,), {"kind": kind})


@lru_cache(maxsize=10_000)
def _sealed(kind: str, secret: str | bytes, key: int) -> str:
    """A list seals its twenty-five keys anew each time it is drawn, which takes longer than writing the rest of the address."""
    return _code(_cipher(kind, secret).encryptor().update(bytes(HALF) + key.to_bytes(HALF, "big")))


def _code(block: bytes) -> str:
    return b32encode(block).decode().rstrip("=").lower()


@lru_cache(maxsize=64)
def _cipher(kind: str, secret: str | bytes) -> Cipher[modes.ECB]:
    # One block each, never two of one message: what makes ECB weak does not arise.
    key = salted_hmac(f"alongside.sealed-keys.{kind}", b"", secret=secret, algorithm="sha256").digest()
    return Cipher(algorithms.AES256(key), modes.ECB())  # noqa: S305
