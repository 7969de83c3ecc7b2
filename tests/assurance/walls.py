"""The ways in which the matrix passes: as built, with row level security off, and with the application's scoping off.

The two walls are taken away by `tests.fixtures.walls`; here the policy on a row in hand goes as well, so that really
nothing of the application stands between a reader and a row.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest

from referral import actor as actors
from referral import policy
from referral.actor import Actor

BOTH = find_spec("common.second_wall") is not None
"""Whether the database has policies at all."""
AS_BUILT = "as built"
WITHOUT_THE_SECOND = "without row level security"
EXACT = (AS_BUILT, WITHOUT_THE_SECOND) if BOTH else (AS_BUILT,)
"""Ways in which every cell must be answered exactly as the table says."""
OF_THE_SESSION = {"accounts_session"}


def _second() -> Any:
    return import_module("common.second_wall")


def _lowered() -> Any:
    return import_module("tests.fixtures.walls")


@contextmanager
def mode(name: str) -> Iterator[None]:
    """Work so inside the block."""
    with _lowered().second_wall_lowered() if name == WITHOUT_THE_SECOND else nullcontext():
        yield


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Work for this actor as a request of hers does."""
    if not BOTH:
        yield
        return
    with _second().transaction_of_its_own():
        _second().set_context(actors.context_of(actor))  # type: ignore[attr-defined]
        yield


@contextmanager
def without_the_first() -> Iterator[None]:
    """Every list holds everything and every row in hand is allowed: the database alone stands in the way."""
    real, patch = policy.allowed, pytest.MonkeyPatch()

    def whatever(_actor: Any, _action: Any, _row: Any = None) -> bool:
        return True

    try:
        for name, module in sorted(sys.modules.items()):
            if name.startswith("referral") and getattr(module, "allowed", None) is real:
                patch.setattr(module, "allowed", whatever)
        with _lowered().first_wall_lowered():
            yield
    finally:
        patch.undo()
