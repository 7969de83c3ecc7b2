"""The arithmetic of the chained record: `hash = sha256(previous, seq, commitment)`, `commitment = sha256(salt, payload)`. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

GENESIS = bytes(32)
"""What the first event of a case links to."""
_ENCODER = DjangoJSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical(content: Mapping[str, Any]) -> bytes:
    """One byte form of a payload, whatever the order of its keys."""
    return _ENCODER.encode(content).encode()


def digest(content: Mapping[str, Any]) -> str:
    """The fingerprint of a packet, in hexadecimal."""
    return hashlib.sha256(canonical(content)).hexdigest()


def commitment_of(salt: bytes, content: Mapping[str, Any]) -> bytes:
    return commitment_of_bytes(salt, canonical(content))


def commitment_of_bytes(salt: bytes, text: bytes) -> bytes:
    """The commitment to a payload whose canonical form is there already."""
    return hashlib.sha256(salt + text).digest()


def link(previous: bytes, seq: int, commitment: bytes) -> bytes:
    """The hash of an event: of the one before, its number, and what it commits to."""
    return hashlib.sha256(previous + seq.to_bytes(8, "big") + commitment).digest()
