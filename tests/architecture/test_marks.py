"""Words are marked by functions under the names that the reader of the sources knows; an alias would hide them from it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from config import messages
from tests.architecture.sources import python_files, relative


def aliases() -> Iterator[tuple[str, str]]:
    """File and name of everything that is imported from Django's translation under another name."""
    for path in python_files(*messages.PACKAGES):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
                yield from ((relative(path), alias.asname) for alias in node.names if alias.asname)


def test_no_mark_has_a_name_that_is_not_read() -> None:
    found = list(aliases())
    assert found
    assert [(file, name) for file, name in found if name not in messages.KEYWORDS] == []
