"""What an actor may not see makes no difference: not to a count, an order, a page number, an error or a search."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.template.base import Template
from django.utils import translation

from referral.models import Case
from tests.assurance.two_worlds.walks import Difference, walk
from tests.assurance.two_worlds.worlds import TWISTS, Codes, Pair, World, built, far_apart, paired, seeded, settled
from tests.fixtures.remembered import HERE

WALKS = 340
"""Walks of each pair."""

pytestmark = pytest.mark.long

Ground = tuple[Codes, World]


@pytest.fixture(scope="module")
def ground(django_db_setup: None, django_db_blocker: Any) -> Iterator[Ground]:
    """The world that every pair shares, in one transaction that is rolled back."""
    with django_db_blocker.unblock(), translation.override("en-gb"), pytest.MonkeyPatch.context() as patch:
        with transaction.atomic():
            far_apart()
            HERE.steps = None  # rows put back as they were in another test would bring that test's keys
            source = seeded(patch)
            yield source, settled(built(source))
            transaction.set_rollback(True)
        connection.close()


@pytest.fixture(scope="module")
def home(ground: Ground) -> Pair:
    """The pair of the control: Nigeria knows and does more than Niger, Italy and Mauritania were told."""
    source, plain = ground
    return paired(source, "at home", plain)


def walked(pair: Pair, source: Codes, walks: int) -> tuple[int, list[Difference]]:
    requests, found = 0, []
    for seed in range(walks):
        asked, difference = walk(pair, source, seed)
        requests += asked
        found += [difference] if difference else []
    return requests, found


def shown(found: list[Difference]) -> str:
    return "\n\n".join(
        f"{one.seat}\n"
        + "\n".join(f"  {step.method} {step.path} {dict(step.data) or ''}" for step in one.steps)
        + f"\n{one.words}"
        for one in found[:5]
    )


def test_a_page_that_tells_how_many_people_there_are_is_found(
    ground: Ground, home: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a number that is right, friendly and too much."""
    people = {
        world.scene.registry.pk: Case.objects.filter(registry=world.scene.registry).count()
        for world in (home.plain, home.other)
    }
    drawn = Template.render

    def leaky(template: Template, context: Any) -> Any:
        actor = getattr(context.get("request"), "actor", None)
        return drawn(template, context) + (f"<p>{people[actor.registry_id]} people</p>" if actor else "")

    monkeypatch.setattr(Template, "render", leaky)
    _requests, found = walked(home, ground[0], 3)
    assert found
    assert "people</p>" in found[0].words


@pytest.mark.parametrize("name", TWISTS)
def test_a_thousand_walks_through_two_worlds_find_no_difference(
    name: str, ground: Ground, capsys: pytest.CaptureFixture[str]
) -> None:
    source, plain = ground
    requests, found = walked(paired(source, name, plain), source, WALKS)
    assert not found, shown(found)
    with capsys.disabled():
        print(f"\ntwo worlds, {name}: {WALKS} walks, {requests} requests, no difference")
