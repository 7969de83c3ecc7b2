"""The source files that the architecture tests look at."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from config.env import PROJECT

PACKAGES = ("bench", "config", "common", "accounts", "referral", "workshop", "tests")


def python_files(*packages: str) -> Iterator[Path]:
    """Every Python file of the packages, without migrations, which nobody edits."""
    for package in packages or PACKAGES:
        for path in sorted((PROJECT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def templates() -> list[Path]:
    return sorted((PROJECT / "templates").rglob("*.html"))


def imports(path: Path) -> set[str]:
    """Dotted names that a file imports, those inside functions and type checks included."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def relative(path: Path) -> str:
    return str(path.relative_to(PROJECT))
