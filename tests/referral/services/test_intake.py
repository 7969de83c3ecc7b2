"""A person is found: who answers from the first moment, what is due, and the release to protection."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from referral.enums import InstitutionKind, Role
from referral.errors import ExercisePaused, NotAllowed
from referral.models import (
    Case,
    CaseEvent,
    Custody,
    Deadline,
    Notice,
    Person,
    PersonIdentity,
    Registry,
    Release,
    Screening,
)
from referral.selectors.facts import is_child
from referral.services import intake
from tests.factories import make_institution, make_member, make_user
from tests.scenes import ADULT, Scene, two_countries

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    """With a border post in Nigeria."""
    found = two_countries("NG", "NE")
    found.institutions["border"] = make_institution(found.registry, "NG", kind=InstitutionKind.BORDER)
    found.users["border"] = make_user()
    make_member(found.institutions["border"], Role.FIRST_RESPONDER, user=found.users["border"])
    return found


def opened(scene: Scene, who: str = "border", **facts: Any) -> Case:
    with scene.clock():
        return intake.open_case(scene.actor(who), ADULT | facts, submission=uuid4()).case


def due(case: Case) -> dict[str, tuple[str, timedelta]]:
    rows = Deadline.objects.filter(case=case, state="open").select_related("owes")
    return {row.kind: (row.owes.kind, row.due_at - row.opened_at) for row in rows}


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def test_the_focal_point_answers_from_the_first_moment_whoever_opens(scene: Scene) -> None:
    case = opened(scene)
    assert (case.holder, case.opened_by) == (scene.institutions["NG"], scene.institutions["border"])
    link = Custody.objects.get(case=case)
    assert (link.seq, link.since_at, link.reason) == (1, case.opened_at, "intake")
    assert case.opened_at == scene.moment().at
    assert case.taken_at is None


def test_name_and_person_stand_in_two_tables(scene: Scene) -> None:
    case = opened(scene)
    assert PersonIdentity.objects.get(person=case.person).name == "Invented Name"
    assert "Invented Name" not in str([vars(row) for row in (case, case.person)])
    assert "Invented" not in str(list(CaseEvent.objects.filter(case=case).values_list("payload__content", flat=True)))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, {"take": ("focal_point", hours(24))}),
        ({"immediate_danger": True}, {"take": ("focal_point", hours(4))}),
        ({"age_low": 16}, {"take": ("focal_point", hours(4)), "child_notice": ("focal_point", hours(24))}),
        ({"age_low": None, "age_high": None, "maybe_child": True}, {"take": ("focal_point", hours(4)), "child_notice": ("focal_point", hours(24))}),
        ({"safe_tonight": "no"}, {"take": ("focal_point", hours(24)), "tonight": ("border", hours(4))}),
        ({"safe_tonight": "unknown", "age_low": 15}, {"take": ("focal_point", hours(4)), "tonight": ("border", hours(2)), "child_notice": ("focal_point", hours(24))}),
        ({"opinion": ""}, {"take": ("focal_point", hours(24)), "screen": ("border", hours(24))}),
        ({"held_by_security": True}, {"take": ("focal_point", hours(24)), "release": ("border", hours(4))}),
        ({"in_centre": True}, {"take": ("focal_point", hours(24)), "centre": ("focal_point", hours(72))}),
    ],
)  # fmt: skip
def test_what_is_due_follows_from_what_was_found(scene: Scene, facts: dict[str, Any], expected: dict[str, Any]) -> None:
    assert due(opened(scene, **facts)) == expected


def test_a_first_indication_protects_from_punishment_at_once(scene: Scene) -> None:
    assert opened(scene).non_punishment
    assert opened(scene, opinion="unclear", indicators=["debt"]).non_punishment
    clean = opened(scene, opinion="unlikely", indicators=[])
    assert not clean.non_punishment
    assert clean.status == "not_assessed"
    assert Screening.objects.get(case=clean).opinion == "unlikely"


def test_without_a_screening_the_case_is_only_found(scene: Scene) -> None:
    case = opened(scene, opinion="", indicators=[])
    assert case.stage == "detected"
    assert not Screening.objects.filter(case=case).exists()


def test_the_focal_point_is_told_and_the_opener_is_not(scene: Scene) -> None:
    case = opened(scene)
    assert {n.user for n in Notice.objects.filter(case=case)} == {scene.users["NG"], scene.users["NG-deputy"]}
    own = opened(scene, "NG")
    assert not Notice.objects.filter(case=own, user=scene.users["NG"]).exists()


def test_taking_the_case_ends_the_first_responders_work(scene: Scene) -> None:
    case = opened(scene)
    scene.after(hours=1)
    with scene.clock():
        intake.take_case(scene.actor("NG"), case.pk, submission=uuid4())
    case.refresh_from_db()
    assert case.taken_at == scene.moment().at
    assert set(case.assignments.filter(until_at__isnull=True).values_list("kind", flat=True)) == {"focal_point"}
    assert Deadline.objects.get(case=case, kind="take").state == "met"
    with scene.clock(), pytest.raises(NotAllowed):
        intake.take_case(scene.actor("border"), case.pk, submission=uuid4())


def test_the_same_form_opens_one_case(scene: Scene) -> None:
    key = uuid4()
    with scene.clock():
        first = intake.open_case(scene.actor("border"), ADULT, submission=key)
        again = intake.open_case(scene.actor("border"), ADULT, submission=key)
    assert (first.repeated, again.repeated, again.case) == (False, True, first.case)
    assert Person.objects.filter(registry=scene.registry).count() == 1


def test_roles_that_do_not_find_people_open_no_case(scene: Scene) -> None:
    with pytest.raises(NotAllowed):
        opened(scene, "NG-child")
    assert not Case.objects.filter(registry=scene.registry).exists()


def test_nothing_is_opened_while_the_exercise_is_paused(scene: Scene) -> None:
    Registry.objects.filter(pk=scene.registry.pk).update(mode="stopped")
    with pytest.raises(ExercisePaused):
        opened(scene)


def test_a_release_needs_its_certificate_and_meets_its_limit(scene: Scene) -> None:
    case = opened(scene, held_by_security=True)
    row = Release.objects.get(case=case)
    assert (row.held_by, row.released_to, row.released_at) == (
        scene.institutions["border"],
        scene.institutions["NG"],
        None,
    )
    with scene.clock(), pytest.raises(IntegrityError), transaction.atomic():
        intake.release(scene.actor("border"), case.pk, certificate="", submission=uuid4())
    scene.after(hours=5)
    with scene.clock():
        intake.release(scene.actor("border"), case.pk, certificate="R-17", submission=uuid4())
    row.refresh_from_db()
    assert (row.certificate, row.released_at) == ("R-17", scene.moment().at)
    assert Deadline.objects.get(case=case, kind="release").state == "met_late"


def test_code_words_are_given_once_per_registry(scene: Scene) -> None:
    words = [opened(scene).person.code_word for _ in range(4)]
    assert len(set(words)) == 4
    with pytest.raises(IntegrityError), transaction.atomic(), scene.clock():
        intake.open_case(scene.actor("border"), ADULT, submission=uuid4(), code_word=words[0])


def test_a_country_has_its_own_focal_point(scene: Scene) -> None:
    assert intake.focal_point_of(scene.registry, "NE") == scene.institutions["NE"]
    assert not is_child(opened(scene))
