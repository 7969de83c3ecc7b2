"""What an actor may not see makes no difference: not to a count, an order, a page number, an error or a search."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.template.base import Template
from django.urls import resolve, reverse
from django.utils import translation

from common import second_wall
from referral.actor import Actor
from referral.models import Case
from referral.selectors import people
from tests.assurance.numbers import far_apart
from tests.assurance.two_worlds.walks import Difference, Step, Visitor, ours, walk
from tests.assurance.two_worlds.worlds import (
    CROWD,
    CROWDED,
    TWISTS,
    Codes,
    Pair,
    World,
    built,
    paired,
    seeded,
    settled,
)
from tests.fixtures.figures import counted
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
    return paired(ground[0], CROWDED)


def walked(pair: Pair, source: Codes, walks: int) -> tuple[Counter[str], list[Difference]]:
    seen, found = Counter[str](), []
    for seed in range(walks):
        asked, difference = walk(pair, source, seed)
        seen += asked
        found += [difference] if difference else []
    return seen, found


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
    everybody = {
        world.scene.registry.pk: Case.objects.filter(registry=world.scene.registry).count()
        for world in (home.plain, home.other)
    }
    drawn = Template.render

    def leaky(template: Template, context: Any) -> Any:
        actor = getattr(context.get("request"), "actor", None)
        return drawn(template, context) + (f"<p>{everybody[actor.registry_id]} people</p>" if actor else "")

    monkeypatch.setattr(Template, "render", leaky)
    _seen, found = walked(home, ground[0], 3)
    assert found
    assert "people</p>" in found[0].words


def test_pages_that_are_cut_before_it_is_known_who_may_see_are_found(
    ground: Ground, home: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of page numbers: no word and no number too many, only the wrong people on the second page."""
    real = people.find

    def careless(actor: Actor, at: datetime, asked: people.Asked, page: int) -> people.Found:
        newest = Case.objects.filter(registry=actor.registry_id).order_by("-pk").values_list("pk", flat=True)
        with second_wall.system():
            cut = set(newest[(page - 1) * people.PAGE_SIZE : page * people.PAGE_SIZE])
        hers = [row for number in (1, 2) for row in real(actor, at, asked, number).rows]
        return replace(real(actor, at, asked, page), rows=tuple(row for row in hers if row.pk in cut))

    second = Step("GET", f"{reverse('referral:people')}?page=2")
    plain, other = told(home, second)
    assert plain == other
    monkeypatch.setattr("referral.views.people.find", careless)
    plain, other = told(home, second)
    assert plain != other


def told(pair: Pair, step: Step) -> tuple[str, str]:
    """What a focal point of Niger is answered in both worlds; in the plain one the page has rows."""
    plain, other = (Visitor(world, "NE") for world in (pair.plain, pair.other))
    answers = plain.ask(step), other.ask(step)
    rows = {link for link in plain.page.links if resolves_to_a_person(link)}
    assert len(rows) >= CROWD - people.PAGE_SIZE
    return answers


def resolves_to_a_person(link: str) -> bool:
    return ours(link) and resolve(link.partition("?")[0]).url_name == "person"


@pytest.mark.parametrize("name", TWISTS)
def test_a_thousand_walks_through_two_worlds_find_no_difference(name: str, ground: Ground, home: Pair) -> None:
    source, plain = ground
    pair = home if name == CROWDED else paired(source, name, plain)
    seen, found = walked(pair, source, WALKS)
    assert not found, shown(found)
    asked = seen["requests"]
    counted(
        f"two worlds, {name}", walks=WALKS, **{what: seen[what] for what in sorted(seen, key=lambda what: -seen[what])}
    )
    assert seen["200"] > asked * 0.4
    assert seen["404"] > asked * 0.02
    assert seen["302"]
    assert seen["second pages"] > WALKS * 0.1
    assert not [status for status in seen if status.startswith("5")]
    assert len(TWISTS) * WALKS >= 1_000
