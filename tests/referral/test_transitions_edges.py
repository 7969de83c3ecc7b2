"""Refusals and times of the table that no straight journey meets, each reached through the services."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from referral.enums import Action, DeadlineKind, DeadlineState, HandoverState
from referral.errors import ArrivalImpossible, ChangedMeanwhile, NotAllowed, StopStaysForChild
from referral.models import Deadline, Handover, Notice
from referral.policy import allowed
from referral.services import care, handover_locks, lifecycle, private_talk
from referral.services.command import begin
from tests.referral.handover_table import as_if_in, brought_to, facts_of, open_kinds
from tests.scenes import depart_facts, receive_facts

pytestmark = pytest.mark.django_db


def owed(handover: Handover, kind: DeadlineKind) -> Deadline:
    return Deadline.objects.get(handover=handover, kind=kind, state=DeadlineState.OPEN)


@pytest.mark.parametrize("urgency", ["urgent", "ordinary"])
def test_a_plan_for_a_reception_ahead_is_due_before_it_and_one_that_passed_counts_from_now(urgency: str) -> None:
    scene, handover = brought_to("accepted")
    reception = handover.reception_from_at
    assert reception is not None
    scene.do("NG", handover, Action.DEPART, depart_facts(scene))
    Handover.objects.filter(pk=handover.pk).update(urgency=urgency)
    with transaction.atomic():
        scene.do("NG", handover, Action.TURN_BACK, {"safe_here": "yes"})
        ahead = owed(handover, DeadlineKind.TRAVEL_PLAN).due_at
        assert scene.moment().at <= ahead <= reception
        transaction.set_rollback(True)
    Handover.objects.filter(pk=handover.pk).update(reception_from_at=scene.moment().at - timedelta(hours=1))
    scene.do("NG", handover, Action.TURN_BACK, {"safe_here": "yes"})
    assert owed(handover, DeadlineKind.TRAVEL_PLAN).due_at > scene.moment().at


def test_a_private_talk_is_owed_once() -> None:
    scene, handover = brought_to("acknowledged")
    with scene.clock(), transaction.atomic():
        work = begin(scene.actor("NG"), handover.case_id)
        for _time in range(2):
            private_talk.owe(work, handover)
        assert owed(handover, DeadlineKind.CONFIRM_STOP).owes == scene.institutions["NG"]


def test_a_late_answer_lengthens_nothing_when_nobody_is_deciding() -> None:
    scene, handover = brought_to("clarifying")
    running = Deadline.objects.filter(pk=owed(handover, DeadlineKind.DECIDE).pk)
    running.update(state=DeadlineState.CANCELLED, closed_at=scene.moment().at)
    scene.after(days=30)
    scene.do("NG", handover, Action.ANSWER, facts_of(scene, "answer"))
    assert "decide" not in open_kinds(handover)


def test_child_protection_does_not_answer_for_an_adult_who_stopped() -> None:
    scene, handover = brought_to("held")
    works_there = {"kind": "child_protection", "institution": scene.institutions["NG-child"]}
    with scene.clock():
        care.assign(scene.actor("NG"), handover.case_id, works_there, submission=uuid4())
    assert allowed(scene.actor("NG-child"), Action.CONTINUE, Handover.objects.get(pk=handover.pk)), "it may for a child"
    with as_if_in(handover, "held", hold_reason="unconfirmed"):
        for action in (Action.CONFIRM_STOP, Action.CONTINUE):
            with pytest.raises(NotAllowed):
                scene.do("NG-child", handover, action)


@pytest.mark.parametrize(("side", "other"), [("NG", "NE"), ("NE", "NG")])
def test_what_waits_for_a_second_person_is_told_to_the_own_side_alone(side: str, other: str) -> None:
    scene, handover = brought_to("departed")
    scene.do(side, handover, Action.DEATH, facts_of(scene, "death"))
    told = set(Notice.objects.filter(kind=Action.PROPOSE, handover=handover).values_list("user", flat=True))
    assert scene.users[f"{side}-deputy"].pk in told
    assert not told & {scene.users[name].pk for name in (side, other, f"{other}-deputy", f"{other}-child")}


def test_nobody_arrives_or_speaks_in_the_future() -> None:
    scene, handover = brought_to("clarifying")
    later = scene.moment().at + timedelta(hours=1)
    with pytest.raises(ArrivalImpossible):
        scene.do("NE", handover, Action.ACCEPT_AND_RECEIVE, receive_facts(scene, arrived_at=later))
    spoken = facts_of(scene, "write_message") | {"happened_at": later}
    with pytest.raises(ArrivalImpossible):
        scene.do("NG", handover, Action.WRITE_MESSAGE, spoken)


def test_a_child_who_is_gone_has_not_chosen_it() -> None:
    scene, handover = brought_to("whereabouts_unknown", kind="child")
    with pytest.raises(StopStaysForChild):
        scene.do("NG", handover, Action.END_SEARCH, {"search_end": "own_choice", "reason": "A message from a friend."})


def test_a_draft_that_was_discarded_already_is_left_by_the_sweep() -> None:
    scene, handover = brought_to("draft")
    scene.after(days=60)
    stale = Deadline.objects.filter(handover=handover, kind=DeadlineKind.STALE_DRAFT)
    fired = {"state": "fired", "fired_at": scene.moment().at, "fired_wall": scene.wall}
    assert stale.get().reminders.filter(rung="overdue").update(**fired) == 1
    Handover.objects.filter(pk=handover.pk).update(state=HandoverState.OFFERED)
    with scene.clock(), transaction.atomic():
        assert lifecycle.discard_stale(scene.registry, scene.moment()) == 0


def test_a_family_that_changes_while_its_files_are_locked_is_looked_at_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    scene, handover = brought_to("accepted")
    seen = handover_locks._acting
    asked = []

    def grown(*given: object) -> dict[int, int]:
        asked.append(given)
        found = seen(*given)  # type: ignore[arg-type]
        return found if len(asked) == 1 else found | {0: 0}

    monkeypatch.setattr(handover_locks, "_acting", grown)
    with pytest.raises(ChangedMeanwhile):
        scene.do("NG", handover, Action.DEPART, depart_facts(scene))
    handover.refresh_from_db()
    assert handover.state == HandoverState.ACCEPTED
