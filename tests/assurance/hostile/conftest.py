"""One prepared world for all hostile input, made once for each process and taken back at the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.assurance.hostile.places import Places, places
from tests.e2e.world import World, prepared
from tests.fixtures.remembered import HERE


@pytest.fixture(scope="package")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        HERE.steps = None  # as in `tests.assurance.conftest`
        yield prepared()
        transaction.set_rollback(True)


@pytest.fixture(scope="package")
def open_to_all(world: World) -> Places:
    return places(world)
