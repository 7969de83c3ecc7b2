"""What docs/operations.md tells an administrator to type, taken from there, so that the document cannot be wrong unnoticed."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connections

from config import programs
from config.env import PROJECT

OPERATIONS = PROJECT / "docs" / "operations.md"


def blocks_of(heading: str, kind: str) -> list[str]:
    """The code blocks of this kind in the section with this heading, in their order."""
    (section,) = re.findall(
        rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", OPERATIONS.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    return re.findall(rf"^```{kind}\n(.*?)^```", section, re.MULTILINE | re.DOTALL)


def typed(block: str, folder: Path, **variables: str) -> str:
    """Run a block in a shell, in this folder and with the test server's programs; what it said, or a failed test."""
    given = os.environ.get("ALONGSIDE_TEST_PG_BIN")
    found = programs.find_binaries(Path(given) if given else None).folder
    path = f"{found}:{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-euc", block], cwd=folder, env={"PATH": path, **variables}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{block}\n{done.stdout}{done.stderr}"
    return done.stdout


@contextmanager
def speaking_to(alias: str = "owner", **there: Any) -> Iterator[None]:
    """Let a connection speak to another database or server: HOST, NAME, USER, PASSWORD."""
    link = connections[alias]
    before: Mapping[str, Any] = dict(link.settings_dict)
    link.close()
    link.settings_dict.update(there)
    try:
        yield
    finally:
        link.close()
        link.settings_dict.update(before)
