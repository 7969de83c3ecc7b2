"""Families: who belongs together, offered and departed together, received person by person."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from referral.enums import Action, Gate
from referral.errors import (
    AlreadyLinked,
    ChangedMeanwhile,
    FactMissing,
    FamilyTogether,
    GatesClosed,
    NotAllowed,
    NotInThisState,
    NotOneFamily,
    OtherJourney,
    TravelsAlone,
    TravelsTogether,
)
from referral.models import Case, CaseEvent, Deadline, EventPayload, Handover, Notice, PersonLink
from referral.selectors.families import could_travel_along, family_of, held_by_name, links_of
from referral.services import drafts, families
from tests.scenes import (
    Scene,
    accept_facts,
    advance,
    depart_facts,
    open_case,
    ready_draft,
    receive_facts,
    two_countries,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE")


def belong(scene: Scene, one: Case, other: Case, kind: str = "sibling", who: str = "NG") -> Any:
    with scene.clock():
        return families.record_link(scene.actor(who), one.pk, other.pk, kind, submission=uuid4())


def travel(scene: Scene, draft: Handover, *others: Case, **more: Any) -> Handover:
    with scene.clock():
        families.link(scene.actor("NG"), draft.pk, [case.pk for case in others], **{"submission": uuid4()} | more)
    draft.refresh_from_db()
    return draft


def alone(scene: Scene, handover: Handover, reason: str = "She stays with her aunt.", **more: Any) -> Any:
    with scene.clock():
        return families.leave(scene.actor("NG"), handover.pk, reason, **{"submission": uuid4()} | more)


def family(scene: Scene, size: int = 2) -> list[Handover]:
    """Siblings whose drafts are ready and linked."""
    cases = [open_case(scene) for _one in range(size)]
    for other in cases[1:]:
        belong(scene, cases[0], other)
    found = [ready_draft(scene, case) for case in cases]
    travel(scene, found[0], *cases[1:])
    for draft in found:
        draft.refresh_from_db()
        with scene.clock():
            drafts.see_preview(scene.actor("NG"), draft.pk, submission=uuid4())
    return found


def states(*handovers: Handover) -> list[str]:
    return [Handover.objects.get(pk=handover.pk).state for handover in handovers]


def test_a_link_stands_in_both_directions_each_in_its_own_words(scene: Scene) -> None:
    mother, son, other = open_case(scene), open_case(scene), open_case(scene)
    belong(scene, mother, son, "child")
    assert PersonLink.objects.get(person=mother.person).kind == "child"
    assert PersonLink.objects.get(person=son.person).kind == "parent"
    for case in (mother, son):
        assert CaseEvent.objects.filter(case=case, kind="link_people", compartment="D7").count() == 1
    with pytest.raises(AlreadyLinked):
        belong(scene, son, mother, "parent")
    with pytest.raises(NotAllowed):
        belong(scene, mother, open_case(scene, "NE"))
    assert PersonLink.objects.filter(other=other.person).count() == 0


def test_a_link_posted_twice_is_recorded_once(scene: Scene) -> None:
    one, other, key = open_case(scene), open_case(scene), uuid4()
    with scene.clock():
        outcomes = [
            families.record_link(scene.actor("NG"), one.pk, other.pk, "partner", submission=key) for _time in range(2)
        ]
    assert [outcome.repeated for outcome in outcomes] == [False, True]
    assert PersonLink.objects.count() == 2


def test_only_people_for_whom_one_answers_are_found_by_name(scene: Scene) -> None:
    case, elsewhere = open_case(scene), open_case(scene, "NE")
    actor = scene.actor("NG")
    assert held_by_name(actor, f" {case.person.code_word.lower()} ") == case.pk
    assert held_by_name(actor, case.person.public_code.lower()) == case.pk
    assert held_by_name(actor, elsewhere.person.public_code) is None
    assert held_by_name(actor, "") is None


def test_linking_begins_the_same_journey_for_whoever_has_no_draft(scene: Scene) -> None:
    one, other = open_case(scene), open_case(scene)
    belong(scene, one, other)
    draft = ready_draft(scene, one, urgency="urgent")
    assert [case for case, _kind in could_travel_along(draft)] == [other]
    travel(scene, draft, other)
    (begun,) = family_of(draft)
    assert (begun.case, begun.receiver_country_id, begun.purpose, begun.urgency, begun.state) == (
        other, "NE", "safety", "urgent", "draft",
    )  # fmt: skip
    assert begun.family_group == draft.family_group
    assert could_travel_along(draft) == []
    with pytest.raises(TravelsTogether), scene.clock():
        drafts.save(scene.actor("NG"), begun.pk, {"urgency": "standard"}, submission=uuid4())


def test_strangers_and_people_of_others_do_not_travel_together(scene: Scene) -> None:
    case, stranger, hers = open_case(scene), open_case(scene), open_case(scene)
    belong(scene, stranger, hers)
    draft = ready_draft(scene, case)
    for wrong in ((stranger,), (stranger, hers)):
        with pytest.raises(NotOneFamily):
            travel(scene, draft, *wrong)
    elsewhere = open_case(scene, "NE")
    PersonLink.objects.create(person=case.person, other=elsewhere.person, kind="sibling")
    with pytest.raises(NotAllowed):
        travel(scene, draft, elsewhere)
    draft.refresh_from_db()
    assert draft.family_group is None


def test_a_draft_of_another_journey_does_not_join(scene: Scene) -> None:
    one, other = open_case(scene), open_case(scene)
    belong(scene, one, other)
    draft = ready_draft(scene, one)
    ready_draft(scene, other, urgency="urgent")
    with pytest.raises(OtherJourney):
        travel(scene, draft, other)
    with pytest.raises(ChangedMeanwhile):
        travel(scene, draft, other, version=draft.version - 1)


def test_a_family_of_three_is_offered_in_one_act(scene: Scene) -> None:
    found = family(scene, 3)
    scene.do("NG", found[2], Action.OFFER)
    assert states(*found) == ["offered"] * 3


def test_one_closed_gate_stops_the_offer_of_all(scene: Scene) -> None:
    one, other = family(scene)
    with scene.clock():
        drafts.save(scene.actor("NG"), other.pk, {"capacity_confirmed_by": ""}, submission=uuid4())
    events = CaseEvent.objects.count()
    with pytest.raises(GatesClosed) as refused:
        scene.do("NG", one, Action.OFFER)
    assert refused.value.gates == (Gate.CAPACITY,)
    assert states(one, other) == ["draft", "draft"]
    assert CaseEvent.objects.count() == events
    assert not Notice.objects.filter(handover__in=(one, other)).exists()


def test_a_family_leaves_together_and_is_received_person_by_person(scene: Scene) -> None:
    one, other = family(scene)
    advance(scene, one, "offered")
    advance(scene, one, "accepted")
    with pytest.raises(FamilyTogether):
        scene.do("NG", one, Action.DEPART, depart_facts(scene))
    Handover.objects.get(pk=other.pk)
    other.refresh_from_db()
    advance(scene, other, "accepted")
    scene.after(hours=2)
    scene.do("NG", other, Action.DEPART, depart_facts(scene))
    assert states(one, other) == ["departed", "departed"]
    scene.after(hours=3)
    scene.do("NE", one, Action.RECEIVE, receive_facts(scene))
    assert states(one, other) == ["received", "departed"]
    with pytest.raises(NotInThisState):
        alone(scene, other)


def test_one_plan_of_the_journey_is_sent_for_everybody_who_is_accepted(scene: Scene) -> None:
    one, other = family(scene)
    advance(scene, one, "accepted")
    plan = scene.do("NG", one, Action.PLAN_TRAVEL, depart_facts(scene))
    other.refresh_from_db()
    assert (other.state, other.travel_means) == ("offered", "")
    advance(scene, other, "accepted")
    scene.do("NG", other, Action.PLAN_TRAVEL, depart_facts(scene, travel_means="By train"), version=other.version)
    for each in (one, other):
        each.refresh_from_db()
        assert each.travel_means == "By train"
        newest = CaseEvent.objects.filter(handover=each, kind=Action.PLAN_TRAVEL).latest("pk")
        assert newest != plan.event
        assert Notice.objects.filter(event=newest, user=scene.users["NE"]).exists()
        owed = Deadline.objects.get(handover=each, kind="travel_plan", state="open")
        assert owed.due_at == each.expected_at


@pytest.mark.parametrize("ending", ["decline", "withdraw", "stop"])
def test_the_others_wait_until_the_sender_says_who_does_not_travel(scene: Scene, ending: str) -> None:
    one, other = family(scene)
    advance(scene, one, "accepted")
    other.refresh_from_db()
    advance(scene, other, "acknowledged")
    acts: dict[str, tuple[str, Action, dict[str, Any]]] = {
        "decline": ("NE", Action.DECLINE, {"decline_reason": "no_capacity"}),
        "withdraw": ("NG", Action.WITHDRAW, {"withdraw_reason": "risk"}),
        "stop": ("NG", Action.STOP, {}),
    }
    who, action, facts = acts[ending]
    scene.do(who, other, action, facts)
    with pytest.raises(FamilyTogether):
        scene.do("NG", one, Action.DEPART, depart_facts(scene))
    with pytest.raises(FactMissing):
        alone(scene, other, " ")
    event = alone(scene, other).event
    assert EventPayload.objects.get(event=event).content["content"]["reason"] == "She stays with her aunt."
    assert Notice.objects.filter(event=event, user=scene.users["NE"]).exists()
    one.refresh_from_db()
    assert one.family_group is None, "nobody is left to wait for"
    scene.do("NG", one, Action.DEPART, depart_facts(scene))
    assert states(one) == ["departed"]
    with pytest.raises(TravelsAlone):
        alone(scene, other)


def test_a_draft_that_leaves_the_family_is_sent_alone(scene: Scene) -> None:
    found = family(scene, 3)
    alone(scene, found[0], version=found[0].version + 1)
    assert len(family_of(Handover.objects.get(pk=found[1].pk))) == 1
    scene.do("NG", found[1], Action.OFFER)
    assert states(*found) == ["draft", "offered", "offered"]
    with pytest.raises(NotInThisState):
        travel(scene, Handover.objects.get(pk=found[1].pk), found[0].case)


def test_a_discarded_draft_holds_nobody_back(scene: Scene) -> None:
    one, other = family(scene)
    scene.do("NG", other, Action.DISCARD)
    scene.do("NG", one, Action.OFFER)
    scene.do("NE", one, Action.ACKNOWLEDGE)
    scene.do("NE", one, Action.ACCEPT, accept_facts(scene))
    scene.do("NG", one, Action.DEPART, depart_facts(scene))
    assert states(one, other) == ["departed", "discarded"]


def test_the_next_country_reads_of_a_family_whom_it_has_met(scene: Scene) -> None:
    case, stays, comes = open_case(scene), open_case(scene), open_case(scene)
    belong(scene, case, stays)
    belong(scene, case, comes)
    assert len(links_of(case, scene.actor("NG"))) == 2
    advance(scene, ready_draft(scene, case), "received")
    assert links_of(case, scene.actor("NE")) == [], "no packet told of a family"
    advance(scene, ready_draft(scene, comes), "received")
    assert [link.other_id for link in links_of(case, scene.actor("NE"))] == [comes.person_id]
