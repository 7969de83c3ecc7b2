"""One prepared world for all hostile input, made once for each process and taken back at the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections

from tests.assurance.hostile.browsers import Browsers
from tests.assurance.hostile.places import Places, places
from tests.e2e.world import World, prepared
from tests.fixtures.database import empty
from tests.fixtures.remembered import HERE


@pytest.fixture(scope="package")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Committed, so that thousands of requests are transactions of their own and the planner knows the tables."""
    with django_db_blocker.unblock():
        HERE.steps = None  # as in `tests.assurance.conftest`
        made = prepared()
        with connections["owner"].cursor() as cursor:
            cursor.execute("ANALYZE")
        yield made
        empty()


@pytest.fixture(scope="package")
def open_to_all(world: World) -> Places:
    return places(world)


@pytest.fixture
def browsers(world: World, monkeypatch: pytest.MonkeyPatch) -> Browsers:
    """The test client keeps a copy of every template's context, which costs more than the page; nobody reads it here."""
    monkeypatch.setattr("django.test.client.store_rendered_templates", lambda *_given, **_more: None)
    return Browsers(world)
