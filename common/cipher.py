"""Encrypting one short text at a time: AES-256-GCM under keys with numbers, each ciphertext bound to its place. Pure.

The number of a key is a fingerprint of the key itself, so a key that was mistyped is noticed before it is used, and a row
that names a number says for ever which key it needs. Text is padded before it is encrypted: a column of ciphertexts does not
tell short names from long ones.
"""

from __future__ import annotations

import binascii
import hashlib
import secrets
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal

KEY_BYTES = 32
NUMBER_DIGITS = 8
NONCE_BYTES = 12
"""Random for every ciphertext, as NIST SP 800-38D allows for up to 2**32 texts under one key."""
BLOCK = 64
"""Text is padded to a multiple of so many bytes: nearly every name, contact and place fits in one."""
END = b"\x80"


class CipherRefused(Refusal):
    """Something encrypted cannot be read or written here. The sentence names no value."""


class KeyMissing(CipherRefused):
    """This process has no key at all (a worker), or not the one that the row names."""

    sentence: str | Promise = _("The key for this is not here. Nothing can be shown. Tell whoever runs the system.")


class NotAuthentic(CipherRefused):
    """The ciphertext was changed, or it belongs to another row or field."""

    sentence: str | Promise = _("This cannot be read: it was changed outside the system. Tell whoever runs the system.")


class KeyMalformed(ValueError):
    """A line of the key file or of the variable is no key. The message says what is wrong and holds no part of a key."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key and its number."""

    number: str
    material: bytes = field(repr=False)


@dataclass(frozen=True)
class Keyring:
    """The keys of an installation. The first one encrypts, all of them decrypt."""

    keys: Sequence[Key] = field(repr=False)

    @property
    def current(self) -> str:
        """The number of the key that encrypts from now on."""
        return self.keys[0].number

    @cached_property
    def _ciphers(self) -> dict[str, AESGCM]:
        return {key.number: AESGCM(key.material) for key in self.keys}

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers of all keys, the current one first."""
        return tuple(key.number for key in self.keys)

    def encrypt(self, text: str, place: str) -> str:
        """The text under the current key, as URL-safe base64. `place` names row and field; only there it opens again."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._ciphers[self.current].encrypt(nonce, _padded(text.encode()), place.encode())
        return urlsafe_b64encode(nonce + sealed).decode()

    def decrypt(self, token: str, place: str, number: str) -> str:
        """The text behind `token`. Raises KeyMissing, or NotAuthentic for anything but what `encrypt` made for this place."""
        cipher = self._ciphers.get(number)
        if cipher is None:
            raise KeyMissing
        raw = _bytes_of(token)
        try:
            return _bare(cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.encode())).decode()
        except (InvalidTag, ValueError) as error:
            raise NotAuthentic from error


def number_of(material: bytes) -> str:
    """The number of a key: a fingerprint that tells nothing about it."""
    return hashlib.sha256(b"alongside identity key\n" + material).hexdigest()[:NUMBER_DIGITS]


def new_key() -> Key:
    """A new key from the system's source of randomness."""
    material = secrets.token_bytes(KEY_BYTES)
    return Key(number_of(material), material)


def written(key: Key) -> str:
    """The key as it stands in the file and in the variable: `number:base64`."""
    return f"{key.number}:{urlsafe_b64encode(key.material).decode()}"


def read_keys(text: str) -> Keyring:
    """Keys separated by white space or commas, the current one first. Raises KeyMalformed."""
    keys = [_read_key(part) for part in text.replace(",", " ").split()]
    if not keys:
        raise KeyMalformed("no key is given")
    if len({key.number for key in keys}) < len(keys):
        raise KeyMalformed("a key is given twice")
    return Keyring(tuple(keys))


def _read_key(text: str) -> Key:
    number, colon, encoded = text.partition(":")
    if not colon or len(number) != NUMBER_DIGITS or not number.isascii() or not number.isalnum():
        raise KeyMalformed("a key does not look like “1a2b3c4d:…”")
    try:
        material = b64decode(encoded, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise KeyMalformed(f"key {number} is incomplete or mistyped") from error
    key = Key(number, material)
    if len(material) != KEY_BYTES or number_of(material) != number or written(key) != text:
        raise KeyMalformed(f"key {number} is incomplete or mistyped")
    return key


def _bytes_of(token: str) -> bytes:
    """The bytes behind the one way to write them: a second spelling of the same ciphertext is a change like any other."""
    try:
        raw = urlsafe_b64decode(token)
    except (binascii.Error, ValueError) as error:
        raise NotAuthentic from error
    if urlsafe_b64encode(raw).decode() != token:
        raise NotAuthentic
    return raw


def _padded(text: bytes) -> bytes:
    marked = text + END
    return marked + bytes(-len(marked) % BLOCK)


def _bare(padded: bytes) -> bytes:
    return padded[: padded.rindex(END)]
