"""Figures that the suites print at the end of the run: how much was looked at."""

from __future__ import annotations

FIGURES: list[str] = []


def counted(what: str, **numbers: int) -> None:
    """Keep the figures of one net for the summary."""
    FIGURES.append(f"{what}: " + ", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in numbers.items()))
