"""Who asks the person in private: the sender an adult, child protection a child; it is told, and it is reminded."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from referral.enums import Action, DeadlineKind, DeadlineState, HoldReason, Role
from referral.models import CaseEvent, Deadline, Handover, Institution, Notice
from referral.services import care, consent, deadlines, lifecycle, reminders
from referral.services.command import begin
from tests.factories import make_institution, make_member, make_user
from tests.referral.handover_table import brought_to
from tests.referral.views.seats import Seat
from tests.scenes import Scene

pytestmark = pytest.mark.django_db

BEGINNINGS: dict[str, tuple[str, Action, dict[str, Any]]] = {
    "the child wants to stop": ("NG", Action.STOP, {}),
    "the receiver hears that it does": ("NE", Action.STOP, {}),
    "child protection hears an objection": ("NG-child", Action.HOLD, {"hold_reason": "child_objects"}),
}


def talk(handover: Handover) -> Deadline:
    return Deadline.objects.select_related("owes").get(
        handover=handover, kind=DeadlineKind.CONFIRM_STOP, state=DeadlineState.OPEN
    )


def told(event: CaseEvent) -> set[str]:
    return set(Notice.objects.filter(event=event).values_list("user__email", flat=True))


def mail_of(scene: Scene, *names: str) -> set[str]:
    return {scene.users[name].email for name in names}


def colleague(scene: Scene, of: str) -> str:
    """A second officer of an institution, so that what the first one does is told to somebody."""
    key = f"{of}-colleague"
    scene.users[key] = make_user(f"{key.lower()}-{scene.registry.pk}@example.org")
    make_member(scene.institutions[of], Role.CHILD_PROTECTION, user=scene.users[key])
    return key


@pytest.mark.parametrize("beginning", BEGINNINGS)
@pytest.mark.parametrize("state", ["offered", "accepted"])
def test_child_protection_owes_the_talk_with_a_child_and_is_told_of_it(state: str, beginning: str) -> None:
    scene, handover = brought_to(state, kind="child")
    second = colleague(scene, "NG-child")
    who, action, facts = BEGINNINGS[beginning]
    event = scene.do(who, handover, action, facts).event
    owed = talk(handover)
    assert (owed.owes, owed.other_side) == (scene.institutions["NG-child"], scene.institutions["NE"])
    assert (owed.due_at - owed.opened_at).total_seconds() == 24 * 3600
    everybody = mail_of(scene, "NG", "NG-deputy", "NE", "NE-deputy", "NG-child", second)
    assert told(event) == everybody - mail_of(scene, who), "child protection over there has nothing to ask"


@pytest.mark.parametrize("state", ["acknowledged", "held"])
def test_an_agreement_that_is_taken_back_is_asked_about_by_child_protection_too(state: str) -> None:
    scene, handover = brought_to("acknowledged", kind="child")
    if state == "held":
        scene.do("NG", handover, Action.HOLD, {"hold_reason": "practical"})
    facts = {
        "kind": "move", "decision": "withdrawn", "purpose": handover.purpose, "recipient_country": "NE",
        "given_by": "person", "language": "en", "options": ["stay", "move"], "categories": ["D2"],
    }  # fmt: skip
    with scene.clock():
        consent.record(scene.actor("NG"), handover.case_id, facts, submission=uuid4())
    assert talk(handover).owes == scene.institutions["NG-child"]
    event = CaseEvent.objects.filter(handover=handover, kind=Action.HOLD).latest("pk")
    assert told(event) == mail_of(scene, "NG-deputy", "NE", "NE-deputy", "NG-child")


def test_a_child_who_objected_on_the_way_is_asked_by_child_protection_when_the_journey_turns_back() -> None:
    scene, handover = brought_to("departed", kind="child")
    scene.do("NG", handover, Action.OBJECT)
    event = scene.do("NG", handover, Action.TURN_BACK, {"safe_here": "yes"}).event
    assert talk(handover).owes == scene.institutions["NG-child"]
    assert mail_of(scene, "NG-child") <= told(event)


@pytest.mark.parametrize("action", [Action.CONFIRM_STOP, Action.CONTINUE])
def test_what_child_protection_says_meets_its_deadline(action: Action) -> None:
    scene, handover = brought_to("acknowledged", kind="child")
    scene.do("NG", handover, Action.STOP)
    owed = talk(handover)
    scene.after(hours=2)
    scene.do("NG-child", handover, action)
    owed.refresh_from_db()
    assert owed.state == DeadlineState.MET


def test_the_ladder_reminds_child_protection_then_both_sides_then_the_deputy() -> None:
    scene, handover = brought_to("acknowledged", kind="child")
    scene.do("NG", handover, Action.STOP)
    heard: list[set[str]] = []
    for hours in (12, 10, 2.5, 6):
        scene.after(hours=hours)
        before = Notice.objects.order_by("pk").last()
        with scene.clock():
            reminders.settle(scene.registry, scene.moment(), case_id=handover.case_id)
        new = Notice.objects.filter(pk__gt=before.pk if before else 0, cause__startswith="reminder")
        due = new.filter(cause__in=[f"reminder:{rung.pk}" for rung in talk(handover).reminders.all()])
        heard.append(set(due.values_list("user__email", flat=True)))
    assert heard == [
        mail_of(scene, "NG-child"), mail_of(scene, "NG-child"), mail_of(scene, "NG-child", "NE", "NE-deputy"),
        mail_of(scene, "NG-deputy"),
    ]  # fmt: skip


def test_the_focal_point_has_no_task_without_a_button_and_child_protection_has_one_with_it() -> None:
    scene, handover = brought_to("acknowledged", kind="child")
    scene.do("NG", handover, Action.STOP)
    page = reverse("referral:handover", args=[handover.reference])
    assert "Ask in private" not in Seat(scene, "NG").text("/inbox/")
    assert "Nobody travels until child protection has asked the child" in Seat(scene, "NG").text(page)
    guard = Seat(scene, "NG-child")
    assert "Ask in private" in guard.text("/inbox/")
    assert reverse("referral:confirm_stop", args=[handover.reference]) in guard.text(page)
    assert "The person wants to stop" in guard.text(reverse("referral:notices"))
    notice = Notice.objects.get(handover=handover, kind=Action.STOP, user=scene.users["NG-child"])
    answer = guard.get(reverse("referral:notice", args=[notice.pk]))
    assert (answer.status_code, answer["Location"]) == (302, page)


def test_the_other_side_reads_the_same_neutral_words_as_for_anybody() -> None:
    scene, handover = brought_to("acknowledged", kind="child")
    scene.do("NG", handover, Action.STOP)
    there = Seat(scene, "NE")
    notices = there.text(reverse("referral:notices"))
    assert "Put on hold" in notices
    assert "The person wants to stop" not in notices
    assert "Say how it goes on" in there.text("/inbox/?tab=others")


def working(scene: Scene, handover: Handover, institution: Institution) -> None:
    with scene.clock():
        care.tell_child_protection(scene.actor("NG"), handover.case_id, institution, submission=uuid4())


def found_to_be_a_child(scene: Scene, handover: Handover) -> None:
    with scene.clock():
        facts = {"age_low": 15, "age_high": 17}
        care.record_person(scene.actor("NG"), handover.case_id, facts, submission=uuid4())


def test_until_child_protection_knows_of_the_child_the_sender_is_reminded_and_then_it_is() -> None:
    """The person's day goes on: what is left of it is the time of whoever asks now."""
    scene, handover = brought_to("held")
    first = talk(handover)
    assert first.owes == scene.institutions["NG"]
    found_to_be_a_child(scene, handover)
    assert talk(handover) == first, "child protection reads nothing of a child of whom it has not been told"
    scene.after(hours=3)
    working(scene, handover, scene.institutions["NG-child"])
    now = talk(handover)
    assert (now.owes, now.due_at) == (scene.institutions["NG-child"], first.due_at)
    assert now.opened_at == scene.moment().at
    first.refresh_from_db()
    assert (first.state, first.reason) == (DeadlineState.CANCELLED, deadlines.PASSED_ON)
    assert not first.reminders.filter(state="pending").exists()


def test_who_is_found_to_be_a_child_while_child_protection_works_on_the_case_is_asked_by_it_from_then_on() -> None:
    scene, handover = brought_to("held")
    works = {"kind": "child_protection", "institution": scene.institutions["NG-child"]}
    with scene.clock():
        care.assign(scene.actor("NG"), handover.case_id, works, submission=uuid4())
    assert talk(handover).owes == scene.institutions["NG"], "an adult is asked by the sender, whoever works beside it"
    found_to_be_a_child(scene, handover)
    assert talk(handover).owes == scene.institutions["NG-child"]


def test_the_talk_goes_with_the_work_from_one_child_protection_to_another() -> None:
    scene, handover = brought_to("acknowledged", kind="child")
    scene.do("NG", handover, Action.STOP)
    other = make_institution(scene.registry, "NG", kind="child_protection")
    work = handover.case.assignments.get(until_at__isnull=True, kind="child_protection")
    with scene.clock():
        care.unassign(scene.actor("NG"), handover.case_id, work.pk, submission=uuid4())
    assert talk(handover).owes == scene.institutions["NG"], "nobody works for the child: the sender has to see to it"
    working(scene, handover, other)
    assert talk(handover).owes == other


def test_whoever_has_to_ask_is_told_once_and_owes_it_once() -> None:
    scene, handover = brought_to("acknowledged", kind="child")
    scene.do("NG", handover, Action.STOP)
    with scene.clock():
        work = begin(scene.actor("NG"), handover.case_id)
        assert lifecycle.hold_by_system(work, HoldReason.UNCONFIRMED) is None
    assert talk(handover).owes == scene.institutions["NG-child"]


def test_other_holds_of_a_child_owe_no_talk_and_tell_child_protection_nothing() -> None:
    scene, handover = brought_to("acknowledged", kind="child")
    event = scene.do("NG", handover, Action.HOLD, {"hold_reason": "practical"}).event
    assert not Deadline.objects.filter(handover=handover, kind=DeadlineKind.CONFIRM_STOP).exists()
    assert told(event) == mail_of(scene, "NG-deputy", "NE", "NE-deputy")
