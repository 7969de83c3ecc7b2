"""Files of comma-separated values, read with suspicion and written so that a spreadsheet runs nothing.

A cell that begins with `= + - @`, a tab or a carriage return would be a formula to a spreadsheet: it is written with
one leading apostrophe, and that apostrophe is taken away in reading, so that every text comes back as it was.
Lines end with CR LF as RFC 4180 says; with it the writer also quotes a lone carriage return inside a cell.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO

from referral.standards.htcds import Problem

LINE_BYTES = 64 * 1024
"""A line longer than this is no case; it is refused before it fills the memory."""
CELL_CHARACTERS = 16 * 1024
RECORD_LINES = 2_000
"""A row that goes on for more lines has a quotation mark that was never closed."""

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_QUOTED_FORMULA = re.compile(r"'+[=+\-@\t\r]")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class NotReadable(ValueError):
    """The file as a whole cannot be read; the message is a sentence."""


class BadLine(ValueError):
    """One row cannot be taken apart; the file can be read on."""

    def __init__(self, line: int, problem: Problem) -> None:
        super().__init__(problem.expected)
        self.line = line
        self.problem = problem


def quoted(cell: str) -> str:
    """The cell as it is safe to open in a spreadsheet."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unquoted(cell: str) -> str:
    """What `quoted` was given."""
    return cell[1:] if _QUOTED_FORMULA.match(cell) else cell


class _Buffer:
    """What `csv.writer` writes one row into."""

    def __init__(self) -> None:
        self.row = ""

    def write(self, row: str) -> None:
        self.row = row


def lines(rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """One row of cells after the other as bytes in UTF-8, without a byte order mark."""
    buffer = _Buffer()
    writer = csv.writer(buffer, lineterminator="\r\n")
    for row in rows:
        writer.writerow([quoted(cell) for cell in row])
        yield buffer.row.encode()


class _Lines:
    """The decoded lines of a file for `csv.reader`, each checked before it is kept."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.number = 0
        self.in_record = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        raw = self.file.readline(LINE_BYTES + 1)
        if not raw:
            raise StopIteration
        self.number += 1
        self.in_record += 1
        if self.number == 1:
            raw = raw.removeprefix(_BYTE_ORDER_MARK)
        if len(raw) > LINE_BYTES:
            raise NotReadable(
                f"Line {self.number:,} is longer than {LINE_BYTES:,} bytes, so this is not a file of cases."
            )
        if b"\0" in raw:
            raise NotReadable(f"Line {self.number:,} holds a NUL character, so this is not a text file in UTF-8.")
        if self.in_record > RECORD_LINES:
            raise NotReadable(
                f"The row that begins on line {self.number - RECORD_LINES:,} never ends: a quotation mark is not closed."
            )
        try:
            return raw.decode()
        except UnicodeDecodeError:
            raise NotReadable(
                f"Line {self.number:,} is not written in UTF-8. Save the file as UTF-8 and try again."
            ) from None


class Rows:
    """The rows of an open file by column name. `header` is read at once.

    Raises `NotReadable` for the file as a whole. Iterating gives `(line on which the row begins, its cells)`, or a
    `BadLine` in place of the cells when only that row is broken.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._lines = _Lines(file)
        csv.field_size_limit(CELL_CHARACTERS)
        self._reader = csv.reader(self._lines, strict=True)
        first = self._next()
        if not first:
            raise NotReadable("The file is empty.")
        self.header: tuple[str, ...] = tuple(unquoted(cell) for cell in first)

    def _next(self) -> list[str] | None:
        self._lines.in_record = 0
        try:
            return next(self._reader)
        except StopIteration:
            return None
        except csv.Error as problem:
            raise NotReadable(f"Line {max(1, self._lines.number):,} cannot be taken apart: {problem}.") from None

    def __iter__(self) -> Iterator[tuple[int, Mapping[str, str] | BadLine]]:
        while True:
            line = self._lines.number + 1
            cells = self._next()
            if cells is None:
                return
            if not cells:
                continue  # an empty line between rows says nothing
            if len(cells) != len(self.header):
                expected = f"{len(self.header)} cells, not {len(cells)}"
                yield line, BadLine(line, Problem("the whole row", expected))
            else:
                yield line, {name: unquoted(cell) for name, cell in zip(self.header, cells, strict=True)}
