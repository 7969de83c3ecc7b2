"""The travel plan: exchanged before anybody leaves, confirmed by the departure, and never taken for one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from referral.enums import Action, DeadlineKind, DeadlineState, Gate, NotCovered
from referral.errors import ChildTravelsAlone, GatesClosed
from referral.models import BlockedRecipient, Case, Deadline, Handover, Mail, Notice, Whereabouts
from referral.selectors import due, inbox
from referral.selectors.invariants import findings
from tests.referral.handover_table import brought_to, open_kinds
from tests.scenes import Scene, depart_facts, receive_facts

pytestmark = pytest.mark.django_db


def planned(scene: Scene, handover: Handover, **more: Any) -> Any:
    outcome = scene.do("NG", handover, Action.PLAN_TRAVEL, depart_facts(scene, **more))
    handover.refresh_from_db()
    return outcome


def limit(handover: Handover) -> Deadline:
    return Deadline.objects.filter(handover=handover, kind=DeadlineKind.TRAVEL_PLAN).latest("pk")


def waits(scene: Scene, name: str) -> list[inbox.Thing]:
    moment = scene.moment()
    now = inbox.Now(moment.at, moment.wall, scene.registry.clock)
    return list(inbox.waiting(scene.actor(name), now).rows)


def test_a_plan_meets_the_limit_before_the_departure_and_tells_both_sides() -> None:
    scene, handover = brought_to("accepted")
    before, places = Case.objects.get(pk=handover.case_id), Whereabouts.objects.count()
    outcome = planned(scene, handover)
    first = Deadline.objects.get(handover=handover, kind=DeadlineKind.TRAVEL_PLAN, state=DeadlineState.MET)
    assert first.due_at == handover.reception_from_at - timedelta(hours=72)
    told = Notice.objects.filter(event=outcome.event)
    assert {notice.user for notice in told} == {scene.users[name] for name in ("NG-deputy", "NE", "NE-deputy")}
    assert Mail.objects.filter(notice__in=told).count() == 3
    assert (handover.travel_means, handover.escort, handover.travel_documents) == (
        "By bus", "Case manager", "Emergency certificate",
    )  # fmt: skip
    after = Case.objects.get(pk=handover.case_id)
    assert (handover.state, handover.departed_at, open_kinds(handover)) == ("accepted", None, {"travel_plan"})
    assert (after.uncovered_from_at, after.stage, after.holder) == (
        before.uncovered_from_at,
        before.stage,
        before.holder,
    )
    assert Whereabouts.objects.count() == places, "nobody is on the road"
    assert not list(findings())


def test_a_plan_holds_until_the_arrival_that_it_names() -> None:
    """Nothing is late before; then the sender, who answers for the person, records the departure or plans anew."""
    scene, handover = brought_to("accepted")
    assert due.ACT_OF[DeadlineKind.TRAVEL_PLAN] is Action.PLAN_TRAVEL
    planned(scene, handover)
    (thing,) = waits(scene, "NG")
    assert thing.deadline == limit(handover)
    assert (limit(handover).due_at, limit(handover).owes) == (handover.expected_at, scene.institutions["NG"])
    assert waits(scene, "NE") == []
    scene.after(hours=13)
    (thing,) = waits(scene, "NG")
    assert thing.overdue
    planned(scene, handover)
    (thing,) = waits(scene, "NG")
    assert (thing.overdue, limit(handover).due_at) == (False, handover.expected_at)


def test_the_departure_confirms_the_plan_and_may_correct_it() -> None:
    scene, handover = brought_to("accepted")
    planned(scene, handover, expected_at=scene.moment().at + timedelta(days=3))
    scene.after(days=2)
    without_escort = {name: value for name, value in depart_facts(scene).items() if name != "escort"}
    scene.do("NG", handover, Action.DEPART, without_escort | {"travel_means": "By train"})
    handover.refresh_from_db()
    assert (handover.state, handover.travel_means, handover.escort) == ("departed", "By train", "Case manager")
    assert Whereabouts.objects.filter(case=handover.case_id).latest("pk").kind == "escorted"
    assert open_kinds(handover) == {"confirm_arrival"}
    assert (limit(handover).state, limit(handover).closed_at) == (DeadlineState.MET, handover.departed_at)
    arrival = Deadline.objects.get(handover=handover, kind=DeadlineKind.CONFIRM_ARRIVAL)
    assert arrival.opened_at == handover.expected_at


def test_a_newer_plan_takes_the_place_of_an_earlier_one() -> None:
    scene, handover = brought_to("accepted")
    planned(scene, handover)
    scene.after(hours=5)
    planned(scene, handover, travel_means="By air", escort="")
    assert (handover.travel_means, handover.escort) == ("By air", "")
    assert Deadline.objects.filter(handover=handover, kind=DeadlineKind.TRAVEL_PLAN, state="open").count() == 1


@pytest.mark.parametrize("back", ["revoke", "turn back"])
def test_a_plan_ends_with_what_it_was_made_for(back: str) -> None:
    scene, handover = brought_to("accepted")
    planned(scene, handover)
    scene.after(hours=1)
    if back == "revoke":
        scene.do("NE", handover, Action.REVOKE, {"revoke_reason": "capacity"})
    else:
        scene.do("NG", handover, Action.DEPART, depart_facts(scene))
        scene.after(hours=1).do("NG", handover, Action.TURN_BACK, {"safe_here": "yes"})
    handover.refresh_from_db()
    assert (handover.travel_means, handover.escort, handover.expected_at, handover.certificate) == ("", "", None, "")
    assert ("travel_plan" in open_kinds(handover)) is (back == "turn back")


def test_a_plan_is_told_only_to_a_country_that_may_still_learn_of_the_person() -> None:
    scene, handover = brought_to("accepted")
    BlockedRecipient.objects.create(person=handover.case.person, country_id="NE", reason="Said since the acceptance")
    with pytest.raises(GatesClosed) as refused:
        planned(scene, handover)
    assert Gate.PERMISSION in refused.value.gates
    assert limit(handover).state == DeadlineState.OPEN


def test_no_journey_of_a_child_is_planned_without_an_escort() -> None:
    scene, handover = brought_to("accepted", kind="child")
    with pytest.raises(ChildTravelsAlone):
        planned(scene, handover, escort=" ")
    planned(scene, handover)
    facts = {name: value for name, value in depart_facts(scene).items() if name != "escort"}
    with pytest.raises(ChildTravelsAlone):
        scene.do("NG", handover, Action.DEPART, facts | {"escort": ""})
    scene.do("NG", handover, Action.DEPART, facts)
    handover.refresh_from_db()
    assert handover.state == "departed"


def test_an_escort_that_was_only_planned_covers_nobody() -> None:
    """Received without a recorded departure, and the receipt was wrong: who travels along was never confirmed."""
    scene, handover = brought_to("accepted")
    planned(scene, handover)
    scene.after(hours=2)
    scene.do("NE", handover, Action.RECEIVE, receive_facts(scene))
    scene.after(hours=1)
    scene.do("NE", handover, Action.ASK_CORRECTION, {"correction_reason": "Somebody else came."})
    scene.do("NG", handover, Action.AGREE_CORRECTION)
    handover.refresh_from_db()
    assert (handover.state, handover.departed_at, handover.escort) == ("departed", None, "Case manager")
    assert Whereabouts.objects.filter(case=handover.case_id).latest("pk").kind == "alone"
    assert NotCovered.ALONE in [thing.gap for thing in waits(scene, "NE")]
    assert not list(findings())
