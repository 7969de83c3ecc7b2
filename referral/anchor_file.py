"""Anchors: what the chains of all cases ended in, kept in a file outside the database. No ORM here.

Whoever can write to the database can make a chain anew with the right arithmetic. The file says what was there before:
one line of JSON per anchor, each linked to the one before by `digest = sha256(the line without its digest)`.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

NAME = "heads.jsonl"
NOTHING_BEFORE = "0" * 64
"""What the first anchor links to."""
SHORT = 20
"""Hexadecimal digits of a digest that are printed: 80 bits, which nobody hits by trying."""


class Head(NamedTuple):
    """The last event of one case when it was anchored; `hash` in hexadecimal."""

    registry: str
    case: int
    code: str
    seq: int
    hash: str


class AnchorsUnreadable(Exception):
    """The file of anchors cannot be read or written; the message is one plain sentence."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """One line. `given_up` are heads that are known to be gone, with the reason for it; `sound` tells whether it links."""

    number: int
    wall: str
    heads: tuple[Head, ...]
    given_up: tuple[Head, ...]
    reason: str
    previous: str
    digest: str
    sound: bool = field(default=True, compare=False)


def short(digest: str) -> str:
    """A digest as it is printed on a report: five groups of four."""
    return " ".join(digest[start : start + 4] for start in range(0, SHORT, 4))


def read(folder: Path) -> Iterator[Anchor]:
    """All anchors, oldest first. A line that a crash left half is passed over: nothing links to it.

    Raises AnchorsUnreadable.
    """
    path, previous = folder / NAME, NOTHING_BEFORE
    if not path.exists():
        return
    try:
        with path.open("rb") as file:
            for line in file:
                anchor = _parsed(line, previous)
                if anchor is not None:
                    previous = anchor.digest
                    yield anchor
    except OSError as problem:
        raise AnchorsUnreadable(f"{path} cannot be read: {problem.strerror}.") from problem


@contextmanager
def appending(folder: Path) -> Iterator[Writer]:
    """The file, held by this process alone: two writers at once follow each other. Raises AnchorsUnreadable."""
    path = folder / NAME
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        number = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            fcntl.flock(number, fcntl.LOCK_EX)
            yield Writer(folder, number)
        finally:
            os.close(number)
    except OSError as problem:
        raise AnchorsUnreadable(f"{path} cannot be written: {problem.strerror}.") from problem


class Writer:
    """Appends to the file while its lock is held."""

    def __init__(self, folder: Path, number: int) -> None:
        self._number = number
        self.empty = True
        """Whether no anchor stood in the file when it was opened."""
        self.known: dict[int, tuple[int, str]] = {}
        """Case → the last head that was anchored."""
        self._count, self._previous = 0, NOTHING_BEFORE
        for anchor in read(folder):
            self.known.update({head.case: (head.seq, head.hash) for head in anchor.heads})
            self._count, self._previous, self.empty = anchor.number, anchor.digest, False

    def append(self, wall: datetime, heads: Sequence[Head], given_up: Sequence[Head] = (), reason: str = "") -> Anchor:
        """Write one anchor and bring it to the disk."""
        body: dict[str, Any] = {
            "number": self._count + 1,
            "wall": wall.astimezone(UTC).isoformat(timespec="seconds"),
            "heads": [list(head) for head in heads],
            "given_up": [list(head) for head in given_up],
            "reason": reason,
            "previous": self._previous,
        }
        digest = _digest(body)
        line = json.dumps(body | {"digest": digest}, separators=(",", ":")).encode() + b"\n"
        if self._torn():
            line = b"\n" + line
        while line:
            line = line[os.write(self._number, line) :]
        os.fsync(self._number)
        self._count, self._previous = self._count + 1, digest
        return Anchor(self._count, body["wall"], tuple(heads), tuple(given_up), reason, body["previous"], digest)

    def _torn(self) -> bool:
        """Whether a writer died in the middle of the last line."""
        size = os.fstat(self._number).st_size
        return size > 0 and os.pread(self._number, 1, size - 1) != b"\n"


def _parsed(line: bytes, previous: str) -> Anchor | None:
    try:
        body = json.loads(line)
        digest = str(body.pop("digest"))
        heads, given_up = (tuple(Head(*values) for values in body[name]) for name in ("heads", "given_up"))
        return Anchor(
            int(body["number"]),
            str(body["wall"]),
            heads,
            given_up,
            str(body["reason"]),
            str(body["previous"]),
            digest,
            sound=body["previous"] == previous and _digest(body) == digest,
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _digest(body: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
