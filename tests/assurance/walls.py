"""The three ways in which the matrix passes: as built, with one wall alone, and with the other alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from referral.actor import Actor
from tests.assurance.stage import Stage

AS_BUILT = "as built"
EXACT = (AS_BUILT,)
"""Ways in which every cell must be answered exactly as the table says."""
OF_THE_SESSION = {"accounts_session"}


@contextmanager
def mode(name: str, stage: Stage) -> Iterator[None]:
    """Work so inside the block."""
    assert name == AS_BUILT
    yield


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Work for this actor as a request of hers does."""
    yield
