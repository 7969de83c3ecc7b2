"""When a person really left and arrived is recorded as it was, also when it is recorded later, or nobody saw it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from referral.enums import Action
from referral.errors import ArrivalImpossible, DepartureImpossible
from referral.models import Case, Custody, Handover, Whereabouts
from referral.selectors.invariants import findings
from referral.services import care
from tests.referral.handover_table import brought_to
from tests.referral.views.seats import Seat, moment
from tests.scenes import Scene, depart_facts, receive_facts

pytestmark = pytest.mark.django_db

PLAN = {"travel_means": "By bus", "travel_documents": "Emergency certificate", "escort": "Case manager"}
MET = {"received_by": "Duty officer", "arrived_safely": "yes", "person_content": "yes"}


def at(handover: Handover, page: str) -> str:
    return f"/handovers/{handover.reference}/{page}/"


def departed(scene: Scene, handover: Handover, **more: Any) -> Any:
    event = scene.do("NG", handover, Action.DEPART, depart_facts(scene, **more)).event
    handover.refresh_from_db()
    return event


def noted_later(scene: Scene, handover: Handover) -> None:
    """Somebody at home writes down a place without knowing that the person has gone."""
    with scene.clock():
        facts = {"kind": "safe_place", "support_running": True}
        care.record_whereabouts(scene.actor("NG"), handover.case_id, facts, submission=uuid4())


def test_whoever_came_before_the_offer_is_received_with_the_true_time() -> None:
    scene, handover = brought_to("accepted")
    came = handover.offered_at - timedelta(hours=9)
    with pytest.raises(ArrivalImpossible):
        scene.do(
            "NE", handover, Action.RECEIVE, receive_facts(scene, arrived_at=scene.moment().at + timedelta(seconds=1))
        )
    event = scene.do("NE", handover, Action.RECEIVE, receive_facts(scene, arrived_at=came)).event
    handover.refresh_from_db()
    assert (handover.state, handover.arrived_at, handover.departed_at) == ("received", came, None)
    assert (event.happened_at, event.at) == (came, scene.moment().at)
    assert Custody.objects.get(handover=handover).since_at == scene.moment().at
    assert not list(findings())


def test_the_same_holds_for_a_country_without_a_seat() -> None:
    scene, handover = brought_to("accepted", kind="outside")
    came = handover.offered_at - timedelta(hours=9)
    noted_later(scene, handover)
    arrived = {"arrived_at": came, "received_by": "Officer on duty", "arrived_safely": "yes"}
    scene.do("NG", handover, Action.RECEIVE_OUTSIDE, arrived)
    handover.refresh_from_db()
    assert (handover.state, handover.arrived_at) == ("received_outside", came)
    case = Case.objects.get(pk=handover.case_id)
    assert (case.place, case.place_country_id) == ("arrived", "GH")


def test_a_departure_that_is_recorded_later_keeps_its_own_time() -> None:
    scene, handover = brought_to("accepted")
    left = scene.moment().at + timedelta(hours=1)
    scene.after(hours=7)
    event = departed(scene, handover, departed_at=left)
    assert (handover.departed_at, event.happened_at, event.at) == (left, left, scene.moment().at)
    place = Whereabouts.objects.filter(case=handover.case_id).latest("happened_at", "pk")
    assert (place.kind, place.happened_at, place.recorded_at) == ("escorted", left, scene.moment().at)
    arrived = left + timedelta(hours=4)
    scene.do("NE", handover, Action.RECEIVE, receive_facts(scene, arrived_at=arrived))
    handover.refresh_from_db()
    assert (handover.state, handover.arrived_at) == ("received", arrived)
    assert not list(findings())


def test_a_departure_without_a_time_was_now() -> None:
    scene, handover = brought_to("accepted")
    event = departed(scene, handover, departed_at=None)
    assert handover.departed_at == event.happened_at == event.at == scene.moment().at


def test_nobody_leaves_in_the_future_or_before_being_met() -> None:
    scene, handover = brought_to("accepted")
    opened = Case.objects.get(pk=handover.case_id).opened_at
    for left in (scene.moment().at + timedelta(seconds=1), opened - timedelta(seconds=1)):
        with pytest.raises(DepartureImpossible):
            departed(scene, handover, departed_at=left)
    departed(scene, handover, departed_at=opened)
    assert handover.departed_at == opened


def test_a_place_that_was_noted_in_between_does_not_hide_the_journey() -> None:
    scene, handover = brought_to("accepted")
    left = scene.moment().at
    scene.after(hours=2)
    noted_later(scene, handover)
    scene.after(hours=2)
    departed(scene, handover, departed_at=left, escort="")
    case = Case.objects.get(pk=handover.case_id)
    assert (case.place, case.place_since_at, case.uncovered_from_at) == ("alone", scene.moment().at, scene.moment().at)
    assert not list(findings())


def test_the_page_of_the_departure_asks_when_it_was_and_keeps_what_was_typed() -> None:
    scene, handover = brought_to("accepted")
    nigeria, left = Seat(scene, "NG"), scene.moment().at.replace(second=0, microsecond=0) + timedelta(hours=1)
    scene.after(hours=7)
    expected = left + timedelta(hours=3)
    assert "When did the person leave?" in nigeria.text(at(handover, "travel"))
    for times, sentence in (
        ((left, left - timedelta(hours=1)), "The arrival is expected after the departure"),
        ((left + timedelta(days=9), expected), "The departure lies between the opening of the file and now"),
        ((left - timedelta(days=900), expected), "The departure lies between the opening of the file and now"),
    ):
        typed = moment("departed_at", times[0]) | moment("expected_at", times[1])
        page = nigeria.post(at(handover, "travel"), **PLAN, **typed).content.decode()
        assert sentence in page
        assert "Case manager" in page
    passed = nigeria.post(at(handover, "travel"), **PLAN, **moment("expected_at", expected)).content.decode()
    assert "This moment has passed already" in passed
    typed = moment("departed_at", left) | moment("expected_at", expected)
    assert nigeria.post(at(handover, "travel"), **PLAN, **typed).status_code == 302
    handover.refresh_from_db()
    assert (handover.state, handover.departed_at, handover.expected_at) == ("departed", left, expected)
    came = moment("arrived_at", left + timedelta(hours=2))
    assert Seat(scene, "NE").post(at(handover, "receive"), **MET, **came).status_code == 302


def test_the_page_of_the_arrival_takes_a_time_before_the_offer_where_nobody_departed() -> None:
    scene, handover = brought_to("accepted")
    niger = Seat(scene, "NE")
    ahead = moment("arrived_at", scene.moment().at + timedelta(hours=1))
    assert "This moment has not come yet" in niger.post(at(handover, "receive"), **MET, **ahead).content.decode()
    before = moment("arrived_at", handover.offered_at - timedelta(days=1))
    assert niger.post(at(handover, "receive"), **MET, **before).status_code == 302
    assert Handover.objects.get(pk=handover.pk).state == "received"
