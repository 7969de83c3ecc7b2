"""Where the rows of a file wait between being checked and being written, outside the memory.

A private SQLite file that vanishes with the process. The web role may make no temporary table in PostgreSQL, and what
waits here is no truth yet: it is what the file says.
"""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from referral.standards.htcds import to_cells
from referral.standards.record import CaseRecord

BATCH = 500
UNIQUE = {"source_id": "x_source_id", "code": "x_code", "code_word": "x_code_word"}
"""What may stand in a file once, and the column it stands in."""

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE row (
  line INTEGER PRIMARY KEY, source_id TEXT, code TEXT, code_word TEXT, digest TEXT, record BLOB, known INTEGER DEFAULT 0
);
CREATE TABLE link (line INTEGER, source_id TEXT, kind TEXT, target TEXT);
"""


@dataclass(frozen=True, slots=True)
class StagedRow:
    line: int
    source_id: str
    code: str
    code_word: str
    digest: str


class Staging:
    """The checked rows of one file, by line."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._waiting: list[tuple[Any, ...]] = []

    def add(self, line: int, record: CaseRecord) -> None:
        """Keep a checked row. The digest is of its meaning, not of its bytes: another order of columns is the same row."""
        digest = sha256("\0".join(to_cells(record)).encode()).hexdigest()
        self._waiting.append((line, record.source_id, record.code, record.code_word, digest, pickle.dumps(record)))
        if record.links:
            links = [(line, record.source_id, link.kind, link.source_id) for link in record.links]
            self._connection.executemany("INSERT INTO link VALUES (?, ?, ?, ?)", links)
        if len(self._waiting) >= BATCH:
            self._flush()

    def _flush(self) -> None:
        self._connection.executemany(
            "INSERT INTO row (line, source_id, code, code_word, digest, record) VALUES (?, ?, ?, ?, ?, ?)",
            self._waiting,
        )
        self._waiting.clear()

    def complete(self) -> None:
        """All rows are in; look-ups become fast."""
        self._flush()
        for name in UNIQUE:
            self._connection.execute(f"CREATE INDEX by_{name} ON row ({name})")

    def repeated(self, name: str) -> Iterator[tuple[int, int]]:
        """Lines whose value in `name` (a key of `UNIQUE`) stood on an earlier line already, with that line."""
        first = f"SELECT line, min(line) OVER (PARTITION BY {name}) AS first FROM row"  # noqa: S608 - a key of UNIQUE
        yield from self._connection.execute(f"SELECT line, first FROM ({first}) WHERE line <> first ORDER BY line")  # noqa: S608

    def links_out_of_file(self) -> Iterator[list[tuple[int, str]]]:
        """Lines with a link to a case that is not in the file, and that case's identifier, in batches."""
        yield from _batches(
            self._connection.execute(
                "SELECT link.line, link.target FROM link LEFT JOIN row ON row.source_id = link.target "
                "WHERE row.line IS NULL ORDER BY link.line"
            )
        )

    def rows(self) -> Iterator[list[StagedRow]]:
        """Every row without its cells, in batches, in the order of the file."""
        found = self._connection.execute("SELECT line, source_id, code, code_word, digest FROM row ORDER BY line")
        for batch in _batches(found):
            yield [StagedRow(*row) for row in batch]

    def know(self, lines: Iterable[int]) -> None:
        """These rows are in the registry already, unchanged."""
        self._connection.executemany("UPDATE row SET known = 1 WHERE line = ?", [(line,) for line in lines])

    def rename(self, line: int, code_word: str) -> None:
        self._connection.execute("UPDATE row SET code_word = ? WHERE line = ?", (code_word, line))

    def new_rows(self) -> Iterator[list[tuple[StagedRow, CaseRecord]]]:
        """Every row that is not known, with what it says, in batches."""
        found = self._connection.execute(
            "SELECT line, source_id, code, code_word, digest, record FROM row WHERE known = 0 ORDER BY line"
        )
        for batch in _batches(found):
            # Bytes of our own making, in a file that nobody else can open.
            yield [(StagedRow(*row[:5]), pickle.loads(row[5])) for row in batch]  # noqa: S301

    def new_links(self) -> Iterator[list[tuple[str, str, str]]]:
        """The links of every row that is not known: (case, kind, other case), in batches."""
        yield from _batches(
            self._connection.execute(
                "SELECT link.source_id, kind, target FROM link JOIN row USING (line) WHERE known = 0 ORDER BY line, link.rowid"
            )
        )

    def count(self, *, known: bool) -> int:
        number: int = self._connection.execute("SELECT count(*) FROM row WHERE known = ?", (int(known),)).fetchone()[0]
        return number


def _batches(cursor: sqlite3.Cursor) -> Iterator[list[Any]]:
    while batch := cursor.fetchmany(BATCH):
        yield batch


@contextmanager
def staging() -> Iterator[Staging]:
    """An empty staging that is gone afterwards."""
    connection = sqlite3.connect("", isolation_level=None)
    try:
        connection.executescript(_SCHEMA)
        connection.execute("BEGIN")
        yield Staging(connection)
    finally:
        connection.close()
