"""The demonstration as it opens, played once for all its tests."""

from __future__ import annotations

from referral.demonstration.load import load
from referral.models import Registry
from tests.fixtures.remembered import remembered

PASSWORD = "a password for tests"


@remembered
def demonstration() -> Registry:
    """The registry, its clock stopped at the opening."""
    return load(PASSWORD)
