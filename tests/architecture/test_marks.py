"""Words are marked by functions under the names that the reader of the sources knows, and where it looks: an alias or an
f-string would hide them from it."""

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


def marked_inside_a_formatted_string() -> Iterator[tuple[str, int, str]]:
    """File, line and name of each mark within braces of an f-string, which no reader of words sees."""
    for path in python_files(*messages.PACKAGES):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for inside in ast.walk(node) if isinstance(node, ast.JoinedStr) else ():
                if (
                    isinstance(inside, ast.Call)
                    and isinstance(inside.func, ast.Name)
                    and inside.func.id in messages.KEYWORDS
                ):
                    yield relative(path), inside.lineno, inside.func.id


def test_no_word_is_marked_where_nobody_reads_it() -> None:
    assert list(marked_inside_a_formatted_string()) == []
