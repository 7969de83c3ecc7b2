"""What is wrong with a file, in a bounded number of lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from referral.standards.htcds import Problem

SHOWN = 50
"""So many problems are told one by one; the rest are counted."""


class Refused(Exception):
    """The file was not taken and nothing was written. `sentences` says why, the first one in general."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(sentences[0])
        self.sentences = sentences


@dataclass(slots=True)
class Problems:
    """The first problems of a file, and how many there are."""

    count: int = 0
    shown: list[tuple[int, Problem]] = field(default_factory=list)

    def add(self, line: int, found: Iterable[Problem]) -> None:
        for problem in found:
            self.count += 1
            if len(self.shown) < SHOWN:
                self.shown.append((line, problem))

    def refuse(self) -> None:
        """Raises `Refused` when there is any."""
        if not self.count:
            return
        told = [
            f"Line {line:,}, {problem.column}: expected {problem.expected}."
            for line, problem in sorted(self.shown, key=lambda item: item[0])
        ]
        if self.count > len(told):
            told.append(f"And {self.count - len(told):,} more of the kind.")
        found = "1 thing is" if self.count == 1 else f"{self.count:,} things are"
        raise Refused(f"Nothing was imported: {found} not as expected.", *told)
