"""Questions about an offer: which one the sender answers, and what the page says of those that nobody waits for."""

from __future__ import annotations

import pytest

from referral.enums import Action, DeadlineKind, DeadlineState
from referral.models import Deadline, Handover, Question
from tests.scenes import Scene, accept_facts, advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db


def asked(scene: Scene, handover: Handover, text: str) -> Question:
    scene.after(hours=1)
    scene.do("NE", handover, Action.ASK, {"question": text})
    return Question.objects.latest("pk")


def answered(scene: Scene, handover: Handover, text: str) -> None:
    scene.do("NG", handover, Action.ANSWER, {"answer": text, "compartment": "D2"})
    handover.refresh_from_db()


def test_after_conditions_were_refused_the_new_question_is_answered_and_not_the_old_one():
    scene = two_countries()
    handover = advance(scene, ready_draft(scene, open_case(scene)), "acknowledged")
    old = asked(scene, handover, "Which languages?")
    scene.do("NE", handover, Action.PUT_CONDITIONS, accept_facts(scene, conditions=["escort"]))
    scene.do("NG", handover, Action.REFUSE_CONDITIONS)
    new = asked(scene, handover, "Does she need medicine?")
    answered(scene, handover, "For five days.")
    old.refresh_from_db()
    new.refresh_from_db()
    assert (new.answer, old.answer) == ("For five days.", "")
    assert handover.state == "acknowledged", "nobody waits for the old one any more"
    assert not Deadline.objects.filter(handover=handover, kind=DeadlineKind.ANSWER, state=DeadlineState.OPEN).exists()


def test_of_two_questions_the_older_is_answered_first_and_the_other_still_waits():
    scene = two_countries()
    handover = advance(scene, ready_draft(scene, open_case(scene)), "acknowledged")
    first, second = asked(scene, handover, "Which languages?"), asked(scene, handover, "Does she need medicine?")
    answered(scene, handover, "Hausa.")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.answer, second.answer, handover.state) == ("Hausa.", "", "clarifying")
