"""What an institution may look for stands beside what it reaches, and follows it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import connection
from django.db.models import F

from common import second_wall
from referral.actor import context_of
from referral.models import Case, CaseReach, Person
from referral.selectors.people import Asked, find
from tests.factories import EXERCISE
from tests.scenes import Scene, advance, open_case, ready_draft, two_countries

pytestmark = [pytest.mark.django_db, pytest.mark.database]

AsOwner = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def scene() -> Scene:
    return two_countries()


def beside(case: Case, as_owner: AsOwner) -> set[tuple[str, str, str]]:
    """Country, word and code of each reach of a case."""
    with as_owner():
        rows = CaseReach.objects.filter(case=case)
        return set(rows.values_list("institution__country", "code_word", "public_code"))


def found(scene: Scene, who: str, text: str) -> list[int]:
    """The keys of what a seat finds, in its own context."""
    actor = scene.actor(who)
    with second_wall.kept():
        second_wall.set_context(context_of(actor))
        return [row.pk for row in find(actor, EXERCISE, Asked(text=text)).rows]


def test_every_reach_holds_the_codes_of_its_person(scene: Scene, as_owner: AsOwner) -> None:
    case = open_case(scene)
    handover = ready_draft(scene, case)
    advance(scene, handover, "offered")
    open_case(scene)
    with as_owner():
        rows = CaseReach.objects.all()
        same = rows.filter(code_word=F("person__code_word"), public_code=F("person__public_code"))
        assert rows.count() == same.count() >= 3
    assert {country for country, _word, _code in beside(case, as_owner)} == {"NG", "NE"}


def test_a_word_that_changes_is_found_by_its_new_beginning_alone(scene: Scene, as_owner: AsOwner) -> None:
    case = open_case(scene)
    old = case.person.code_word
    assert found(scene, "NG", old) == [case.pk]
    with as_owner():
        Person.objects.filter(pk=case.person_id).update(code_word="ZEBRA 1")
    assert beside(case, as_owner) == {("NG", "ZEBRA 1", case.person.public_code)}
    assert found(scene, "NG", "zeb") == [case.pk]
    assert found(scene, "NG", old) == []


def test_a_file_that_comes_to_another_person_is_found_by_hers(scene: Scene, as_owner: AsOwner) -> None:
    case, other = open_case(scene), open_case(scene)
    with as_owner(), connection.cursor() as cursor:
        # No row goes to another person; a migration that moves one stands the trigger aside.
        cursor.execute("ALTER TABLE referral_case DISABLE TRIGGER wall_stays")
        Case.objects.filter(pk=case.pk).update(person=other.person)
    assert beside(case, as_owner) == beside(other, as_owner)


def test_whoever_does_not_reach_a_case_does_not_find_it(scene: Scene) -> None:
    case = open_case(scene)
    handover = ready_draft(scene, case)
    word = case.person.code_word
    assert found(scene, "NE", word) == [], "a draft is the sender's alone"
    advance(scene, handover, "completed")
    assert (found(scene, "NE", word), found(scene, "NG", word), found(scene, "IT", word)) == ([case.pk], [case.pk], [])
