"""The arithmetic of the chained record: `hash = sha256(previous, seq, commitment)`, `commitment = sha256(salt, payload)`. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

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


def facts_of(
    *,
    registry: int,
    case: int,
    seq: int,
    kind: str,
    code: str,
    from_state: str,
    to_state: str,
    handover: int | None,
    user: int | None,
    institution: int | None,
    role: str,
    at: datetime,
    wall: datetime,
    happened_at: datetime,
    compartment: str,
    amends: int | None,
    submission: UUID | None,
    content: Mapping[str, Any],
) -> dict[str, Any]:
    """What an event commits to: every column of its row that is not part of the chain itself, and its content.

    Instants are written to the microsecond, as PostgreSQL keeps them, so that the row can be compared with it.
    """
    return {
        "registry": registry,
        "case": case,
        "seq": seq,
        "kind": kind,
        "code": code,
        "from": from_state,
        "to": to_state,
        "handover": handover,
        "user": user,
        "institution": institution,
        "role": role,
        "at": _instant(at),
        "wall": _instant(wall),
        "happened_at": _instant(happened_at),
        "compartment": str(compartment),
        "amends": amends,
        "submission": str(submission) if submission else None,
        "content": dict(content),
    }


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


BEFORE = frozenset({"kind", "code", "from", "to", "handover", "user", "institution"})
"""The columns that events of the first form committed to in a way that can be compared with their rows."""


def agrees(row: Mapping[str, Any], payload: Mapping[str, Any]) -> bool:
    """Whether a payload says what the columns of its event say. `row` is `facts_of` the columns, with any content.

    Events of the first form committed to fewer columns; nobody can make one of today look like them without changing
    its commitment.
    """
    compared = row.keys() if "seq" in payload else BEFORE
    return all(name == "content" or payload.get(name) == row[name] for name in compared)


def digest_of_rows(rows: Iterable[Mapping[str, Any]]) -> str:
    """One fingerprint of the columns of events whose payloads are erased. `rows` are `facts_of` them in their order."""
    found = hashlib.sha256()
    for row in rows:
        found.update(canonical(row))
    return found.hexdigest()
