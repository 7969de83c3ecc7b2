"""The ways in which the matrix passes: as built, with row level security off, and with the application's scoping off.

The two walls are taken away by `tests.fixtures.walls`; here the policy on a row in hand goes as well, so that really
nothing of the application stands between a reader and a row.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import pytest

from common import second_wall
from referral import policy
from referral.actor import Actor, context_of
from tests.fixtures.walls import first_wall_lowered, second_wall_lowered

AS_BUILT = "as built"
WITHOUT_THE_SECOND = "without row level security"
EXACT = (AS_BUILT, WITHOUT_THE_SECOND)
"""Ways in which every cell must be answered exactly as the table says."""
OF_THE_SESSION = {"accounts_session"}


@contextmanager
def mode(name: str) -> Iterator[None]:
    """Work so inside the block."""
    with second_wall_lowered() if name == WITHOUT_THE_SECOND else nullcontext():
        yield


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Work for this actor as a request of hers does."""
    with second_wall.transaction_of_its_own():
        second_wall.set_context(context_of(actor))
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
        with first_wall_lowered():
            yield
    finally:
        patch.undo()
