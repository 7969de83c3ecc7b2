"""The arithmetic of the chained record. Pure.

`hash = sha256(previous, seq, commitment, row)`, `commitment = sha256(salt, payload)`, `row = sha256(columns)`. The payload can
be erased and its commitment stays; the columns stay readable, so they are bound without a salt and without the payload.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
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


def row_digest(facts: Mapping[str, Any]) -> bytes:
    """The digest of the columns of an event's row, given its `facts_of` with any content."""
    return hashlib.sha256(canonical({name: value for name, value in facts.items() if name != "content"})).digest()


def link(previous: bytes, seq: int, commitment: bytes, row: bytes) -> bytes:
    """The hash of an event: of the one before, its number, what it commits to, and `row_digest` of its columns."""
    return hashlib.sha256(previous + seq.to_bytes(8, "big") + commitment + row).digest()


def link_before(previous: bytes, seq: int, commitment: bytes) -> bytes:
    """The hash of an event from before rows were bound; nothing can be found that has both forms of one hash."""
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
