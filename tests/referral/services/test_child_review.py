"""A child who left or arrived on an assessment alone: who owes the determination, until when, and what ends it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from referral.enums import Action, DeadlineKind, DeadlineState
from referral.models import Case, ChildFile, Deadline, Handover, Person
from referral.services import care
from tests.referral.handover_table import say_yes
from tests.referral.views.seats import Seat
from tests.scenes import (
    Scene,
    advance,
    depart_facts,
    heard,
    open_case,
    open_child,
    ready_draft,
    receive_facts,
    two_countries,
)

pytestmark = pytest.mark.django_db

THREE_DAYS = timedelta(hours=72)
DETERMINED = {"determined": True}


def in_danger(state: str = "departed", *, determined: bool = False, receiver: str = "NE") -> tuple[Scene, Handover]:
    """A child in danger now, on its way in an urgent handover; as a rule on an assessment alone."""
    scene = two_countries()
    case = open_child(scene)
    Case.objects.filter(pk=case.pk).update(immediate_danger=True)
    if not determined:
        ChildFile.objects.filter(case=case).update(determination_at=None)
    handover = advance(scene, ready_draft(scene, case, receiver=receiver, urgency="urgent"), "offered")
    if receiver == "NE":
        advance(scene, handover, "acknowledged")
        say_yes(scene, handover)
        if state != "acknowledged":
            advance(scene, handover, state)
    return scene, handover


def review(handover: Handover, *, state: str = DeadlineState.OPEN) -> Deadline | None:
    rows = Deadline.objects.select_related("owes").filter(
        case=handover.case_id, kind=DeadlineKind.REVIEW_CHILD, state=state
    )
    return rows.first()


def owed(handover: Handover) -> Deadline:
    found = review(handover)
    assert found is not None
    return found


def test_child_protection_owes_the_review_within_72_hours_of_the_departure() -> None:
    scene, handover = in_danger()
    row = owed(handover)
    assert (row.owes, row.opened_at, row.due_at - row.opened_at) == (
        scene.institutions["NG-child"], handover.departed_at, THREE_DAYS,
    )  # fmt: skip


def test_the_determination_is_made_on_the_page_to_which_the_inbox_leads_and_ends_the_review() -> None:
    scene, handover = in_danger()
    guard, page = Seat(scene, "NG-child"), reverse("referral:child", args=[handover.case.person.public_code])
    listed = guard.text("/inbox/")
    assert "Make the determination" in listed
    assert page in listed
    assert "Make the determination" not in Seat(scene, "NG").text("/inbox/")
    form = guard.get(page).context["form"]
    filled = {"guardian": "Guardian of the exercise", "guardian_conflict_checked": "on", "assessed": "on"}
    answer = guard.post(page, **filled, determined="on", child_view="To my sister.", version=form["version"].value())
    assert answer.status_code == 302
    assert review(handover, state=DeadlineState.MET)
    assert "Make the determination" not in guard.text("/inbox/")


def test_a_child_with_a_determination_and_an_adult_are_not_reviewed() -> None:
    _scene, handover = in_danger("received", determined=True)
    scene = two_countries()
    adult = advance(scene, ready_draft(scene, open_case(scene), urgency="urgent"), "received")
    assert not Deadline.objects.filter(kind=DeadlineKind.REVIEW_CHILD, case__in=[handover.case_id, adult.case_id])


def test_after_the_arrival_child_protection_there_reviews_once_it_was_told() -> None:
    """Its yes from before did not put it to work: whoever received the child owes the telling, and until then the review."""
    scene, handover = in_danger()
    before = owed(handover)
    scene.after(hours=14)
    scene.do("NE", handover, Action.RECEIVE, receive_facts(scene))
    before.refresh_from_db()
    assert before.state == DeadlineState.CANCELLED
    there = owed(handover)
    assert (there.owes, there.due_at) == (scene.institutions["NE"], scene.moment().at + THREE_DAYS)
    notice = Deadline.objects.get(case=handover.case_id, kind=DeadlineKind.CHILD_NOTICE, state=DeadlineState.OPEN)
    assert notice.owes == scene.institutions["NE"]
    scene.after(hours=5)
    with scene.clock():
        guard = scene.institutions["NE-child"]
        care.tell_child_protection(scene.actor("NE"), handover.case_id, guard, submission=uuid4())
    now = owed(handover)
    assert (now.owes, now.due_at) == (guard, there.due_at)
    assert "Make the determination" in Seat(scene, "NE-child").text("/inbox/")
    with scene.clock():
        care.record_child(scene.actor("NE-child"), handover.case_id, DETERMINED, submission=uuid4())
    assert review(handover) is None


def test_a_child_who_was_there_before_anybody_decided_is_reviewed_too() -> None:
    scene, handover = in_danger("acknowledged")
    scene.do("NE", handover, Action.ACCEPT_AND_RECEIVE, receive_facts(scene))
    assert owed(handover).owes == scene.institutions["NE"]


def test_who_is_found_to_be_a_child_on_the_way_is_reviewed_after_the_arrival() -> None:
    scene = two_countries()
    handover = advance(scene, ready_draft(scene, open_case(scene)), "departed")
    with scene.clock():
        facts = {"age_low": 15, "age_high": 17}
        care.record_person(scene.actor("NG"), handover.case_id, facts, submission=uuid4())
    scene.after(hours=14)
    scene.do("NE", handover, Action.RECEIVE, receive_facts(scene))
    assert owed(handover).owes == scene.institutions["NE"]


def test_a_corrected_receipt_gives_the_review_back_with_the_time_that_it_had() -> None:
    scene, handover = in_danger()
    departed = handover.departed_at
    assert departed is not None
    scene.after(hours=14)
    scene.do("NE", handover, Action.RECEIVE, receive_facts(scene))
    scene.do("NE", handover, Action.ASK_CORRECTION, {"correction_reason": "Somebody else came."})
    scene.do("NG", handover, Action.AGREE_CORRECTION)
    row = owed(handover)
    assert (row.owes, row.due_at) == (scene.institutions["NG-child"], departed + THREE_DAYS)


def test_a_child_who_turned_back_and_leaves_again_is_reviewed_once_and_within_the_first_time() -> None:
    scene, handover = in_danger()
    first = owed(handover)
    scene.do("NG", handover, Action.TURN_BACK, {"safe_here": "no"})
    assert owed(handover) == first, "the child still needs it"
    scene.after(hours=1)
    scene.do("NG", handover, Action.DEPART, depart_facts(scene))
    assert owed(handover) == first


def test_the_review_goes_on_when_a_child_arrives_in_a_country_without_a_seat() -> None:
    scene, handover = in_danger(receiver="GH")
    guard = {"child_answer": "yes"}
    scene.do("NG", handover, Action.ACKNOWLEDGE, heard(scene))
    scene.do("NG-child", handover, Action.CHILD_ANSWER, guard | heard(scene))
    scene.do("NG", handover, Action.CHILD_ANSWER, guard | heard(scene))
    accepted: dict[str, Any] = {"place_confirmed": True, "reception_contact": "Officer"}
    accepted |= {"reception_from_at": scene.moment().at + timedelta(days=1)} | heard(scene)
    scene.do("NG", handover, Action.ACCEPT, accepted)
    scene.do("NG", handover, Action.DEPART, depart_facts(scene))
    scene.after(hours=13)
    arrived = {"arrived_at": scene.moment().at, "received_by": "Officer on duty", "arrived_safely": "yes"}
    scene.do("NG", handover, Action.RECEIVE_OUTSIDE, arrived)
    assert owed(handover).owes == scene.institutions["NG-child"]


def test_a_death_ends_the_review() -> None:
    scene, handover = in_danger()
    for who in ("NG", "NG-deputy"):
        scene.do(who, handover, Action.DEATH, {"reason": "Told by the hospital."} if who == "NG" else {})
    assert review(handover) is None
    assert review(handover, state=DeadlineState.CANCELLED)


def test_nobody_determines_for_an_adult_any_more() -> None:
    scene, handover = in_danger()
    Person.objects.filter(pk=handover.case.person_id).update(of_age_at=scene.moment().at)
    with scene.clock():
        care.review_majority(scene.actor("NG-child"), handover.case_id, submission=uuid4())
    assert review(handover) is None
    assert review(handover, state=DeadlineState.CANCELLED)


def test_the_review_goes_with_the_work_and_back_to_whoever_answers_when_nobody_works() -> None:
    scene, handover = in_danger()
    due = owed(handover).due_at
    work = handover.case.assignments.get(until_at__isnull=True, kind="child_protection")
    with scene.clock():
        care.unassign(scene.actor("NG"), handover.case_id, work.pk, submission=uuid4())
    assert (owed(handover).owes, owed(handover).due_at) == (scene.institutions["NG"], due)
    with scene.clock():
        facts = {"kind": "child_protection", "institution": scene.institutions["NG-child"]}
        care.assign(scene.actor("NG"), handover.case_id, facts, submission=uuid4())
    assert (owed(handover).owes, owed(handover).due_at) == (scene.institutions["NG-child"], due)
