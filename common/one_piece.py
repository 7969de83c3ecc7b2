"""The stack of Python calls in one piece.

CPython keeps the calls that run in pieces of 16 KB. A call that no longer fits asks the system for the next piece, and gives it
back when it returns; a loop that calls across such an edge pays two system calls and a page fault each time round. A request is
some two hundred calls deep and crosses ten edges: what it cost was up to a fifth of a page, and moved with every line of code.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from types import CodeType
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

ROOM = 70_000
"""Places on the stack, eight bytes each. CPython doubles a piece until the call fits: over half a megabyte it makes one of a
megabyte, and what is left serves six hundred calls. Memory that no call reaches is never taken from the system."""


def in_one_piece(function: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """The same function; it and whatever it calls find room in one piece of the stack (docs/decisions/0069)."""

    @wraps(function)
    def with_room(*given: Given.args, **named: Given.kwargs) -> Answer:
        return function(*given, **named)

    code: CodeType = with_room.__code__  # type: ignore[attr-defined]
    with_room.__code__ = code.replace(co_stacksize=ROOM)  # type: ignore[attr-defined]
    return with_room
