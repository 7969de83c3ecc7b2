"""One prepared world for all hostile input, made once for each process and taken back at the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections

from referral.enums import Action
from tests.assurance.hostile import logins
from tests.assurance.hostile.browsers import Browsers
from tests.assurance.hostile.places import Places, places
from tests.assurance.visits import already_noted
from tests.e2e.world import World, prepared
from tests.fixtures.database import empty
from tests.fixtures.remembered import HERE
from tests.scenes import open_case, ready_draft


@pytest.fixture(scope="package")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Committed, so that thousands of requests are transactions of their own and the planner knows the tables."""
    with django_db_blocker.unblock():
        HERE.steps = None  # as in `tests.assurance.conftest`
        made = prepared()
        logins.make()
        _sent_abroad(made)
        already_noted()
        with connections["owner"].cursor() as cursor:
            cursor.execute("ANALYZE")
        yield made
        empty()


def _sent_abroad(world: World) -> None:
    """To a country without a seat, which has not answered yet: whoever sent it writes down what it says."""
    case = open_case(world.scene)
    world.scene.do("NG", ready_draft(world.scene, case, receiver="GH"), Action.OFFER)
    world.note("sent abroad", case)


@pytest.fixture(scope="package")
def open_to_all(world: World) -> Places:
    browsers = Browsers(world)
    found = places(world, browsers)
    browsers.judge()
    return found


@pytest.fixture
def browsers(world: World, monkeypatch: pytest.MonkeyPatch) -> Browsers:
    """The test client keeps a copy of every template's context, which costs more than the page; nobody reads it here."""
    monkeypatch.setattr("django.test.client.store_rendered_templates", lambda *_given, **_more: None)
    return Browsers(world)
