"""A file that has grown too long has grown two jobs."""

from __future__ import annotations

from pathlib import Path

from tests.architecture.sources import python_files, relative, templates

PYTHON_LINES = 400
PAGE_LINES = 120
COMPONENT_LINES = 40


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_every_source_file_stays_under_the_ceiling() -> None:
    assert {relative(path): lines(path) for path in python_files() if lines(path) > PYTHON_LINES} == {}


def test_every_template_stays_under_its_ceiling() -> None:
    def ceiling(path: Path) -> int:
        return COMPONENT_LINES if "components" in path.parts else PAGE_LINES

    assert {relative(path): lines(path) for path in templates() if lines(path) > ceiling(path)} == {}
