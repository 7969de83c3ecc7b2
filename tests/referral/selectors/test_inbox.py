from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from referral.enums import Action, DeadlineKind, HandoverState, InstitutionKind, NotCovered, Role
from referral.models import Enquiry, Handover
from referral.selectors import inbox
from referral.services import care, enquiries, intake
from tests.factories import make_institution, make_member, make_user
from tests.scenes import ADULT, Scene, advance, depart_facts, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE")


def now(scene: Scene) -> inbox.Now:
    moment = scene.moment()
    return inbox.Now(moment.at, moment.wall, moment.clock)


def waits(scene: Scene, name: str) -> list[inbox.Thing]:
    """Everything that the inbox lists as waiting: who is not covered, then what is due."""
    here, actor = now(scene), scene.actor(name)
    return [*inbox.uncovered_people(actor, here).rows, *inbox.waiting(actor, here).rows]


def kinds(things: list[inbox.Thing]) -> list[Any]:
    return [thing.deadline.kind if thing.deadline else None for thing in things]


def seat(scene: Scene, kind: InstitutionKind, role: Role) -> str:
    institution = make_institution(scene.registry, "NG", kind=kind)
    scene.institutions[kind], scene.users[role] = institution, make_user()
    make_member(institution, role, user=scene.users[role])
    return role


def test_an_offer_waits_for_the_receiver_to_acknowledge_and_only_then_to_decide(scene: Scene) -> None:
    handover = advance(scene, ready_draft(scene, open_case(scene)), "offered")
    assert kinds(waits(scene, "NE")) == [DeadlineKind.ACKNOWLEDGE]
    advance(scene, handover, "acknowledged")
    assert kinds(waits(scene, "NE")) == [DeadlineKind.DECIDE]


def test_an_offer_waits_for_others_in_the_senders_inbox_once(scene: Scene) -> None:
    advance(scene, ready_draft(scene, open_case(scene)), "offered")
    others = inbox.waiting_for_others(scene.actor("NG"), now(scene)).rows
    assert kinds(list(others)) == [DeadlineKind.ACKNOWLEDGE]
    assert kinds(waits(scene, "NG")) == []


def test_an_enquiry_waits_for_the_country_that_was_asked_until_it_answers(scene: Scene) -> None:
    case = open_case(scene)
    facts = {"country": "NE", "urgency": "standard", "services": ["shelter"], "told_person": True}
    with scene.clock():
        enquiries.ask(scene.actor("NG"), case.pk, facts, submission=uuid4())
    (waiting,) = inbox.waiting_for_others(scene.actor("NG"), now(scene)).rows
    assert waiting.deadline is not None
    assert waiting.deadline.kind == DeadlineKind.ANSWER_ENQUIRY
    assert inbox.tally(scene.actor("NG"), now(scene).at).others == 1
    assert inbox.waiting_for_others(scene.actor("NE"), now(scene)).rows == []
    enquiry = Enquiry.objects.get(case=case)
    with scene.clock():
        given = {"answer": "yes", "valid_until_at": scene.moment().at + timedelta(days=10)}
        enquiries.answer(scene.actor("NE"), enquiry.pk, given, submission=uuid4())
    assert inbox.waiting_for_others(scene.actor("NG"), now(scene)).rows == []


def test_a_draft_waits_for_its_sender_and_for_nobody_else(scene: Scene) -> None:
    ready_draft(scene, open_case(scene))
    assert kinds(waits(scene, "NG")) == [DeadlineKind.STALE_DRAFT]
    assert kinds(waits(scene, "NE")) == []


def test_who_is_not_covered_comes_first_whatever_is_due_sooner(scene: Scene) -> None:
    advance(scene, ready_draft(scene, open_case(scene), urgency="urgent"), "offered", "NG", "NE")
    unsafe = open_case(scene, "NE", safe_tonight="no")
    things = waits(scene, "NE")
    assert things[0].case == unsafe
    assert things[0].gap is NotCovered.NO_SAFE_PLACE
    assert [thing.gap is None for thing in things] == sorted(thing.gap is None for thing in things)


def test_a_bed_that_has_ended_waits_although_no_deadline_says_so(scene: Scene) -> None:
    case = open_case(scene, bed_until_at=scene.moment().at)
    scene.after(hours=1)
    (thing,) = waits(scene, "NG")
    assert thing.case == case
    assert (thing.deadline, thing.gap) == (None, NotCovered.BED_ENDED)


def test_a_risk_review_joins_the_list_when_half_of_its_time_has_passed(scene: Scene) -> None:
    case = open_case(scene)
    with scene.clock():
        care.assess_risk(scene.actor("NG"), case.pk, {"level": "high"}, submission=uuid4())
    assert kinds(waits(scene, "NG")) == []
    scene.after(days=4)
    assert kinds(waits(scene, "NG")) == [DeadlineKind.REVIEW_RISK]


def test_a_deadline_is_late_only_after_people_have_had_time_to_read(scene: Scene) -> None:
    advance(scene, ready_draft(scene, open_case(scene), urgency="urgent"), "offered")
    scene.registry.rate = 288
    scene.registry.save(update_fields=["rate"])
    scene.wall += timedelta(seconds=110)
    (thing,) = waits(scene, "NE")
    assert thing.deadline is not None
    assert thing.deadline.due_at < now(scene).at
    assert not thing.overdue


def test_the_receiver_learns_before_receipt_only_that_the_person_travels_alone(scene: Scene) -> None:
    handover = advance(scene, ready_draft(scene, open_case(scene)), "accepted")

    scene.do("NG", handover, Action.DEPART, depart_facts(scene, escort=""))
    (thing,) = waits(scene, "NE")
    assert thing.gap is NotCovered.ALONE
    assert inbox.people_worked_with(scene.actor("NE"), now(scene)).rows == []


def test_a_first_responder_sees_its_tasks_until_the_focal_point_takes_the_case(scene: Scene) -> None:
    name = seat(scene, InstitutionKind.POLICE, Role.FIRST_RESPONDER)
    with scene.clock():
        case = intake.open_case(
            scene.actor(name), ADULT | {"safe_tonight": "no", "opinion": ""}, submission=uuid4()
        ).case
    assert set(kinds(waits(scene, name))) == {DeadlineKind.TONIGHT, DeadlineKind.SCREEN}
    assert DeadlineKind.TAKE in kinds(waits(scene, "NG"))
    with scene.clock():
        intake.take_case(scene.actor("NG"), case.pk, submission=uuid4())
    assert kinds(waits(scene, name)) == []
    assert DeadlineKind.TONIGHT in kinds(waits(scene, "NG"))


def test_a_shelter_sees_the_people_it_works_with_and_no_others(scene: Scene) -> None:
    name = seat(scene, InstitutionKind.SHELTER, Role.SERVICE_PROVIDER)
    mine, _other = open_case(scene), open_case(scene, safe_tonight="no")
    with scene.clock():
        facts = {"kind": "shelter", "institution": scene.institutions[InstitutionKind.SHELTER]}
        care.assign(scene.actor("NG"), mine.pk, facts, submission=uuid4())
    assert [thing.case for thing in inbox.people_worked_with(scene.actor(name), now(scene)).rows] == [mine]
    assert waits(scene, name) == []


def test_what_is_over_is_listed_newest_first(scene: Scene) -> None:
    first = advance(scene, ready_draft(scene, open_case(scene)), "completed")
    second = advance(scene, ready_draft(scene, open_case(scene)), "offered")
    scene.do("NG", second, Action.WITHDRAW, {"withdraw_reason": "risk"})
    assert [h.pk for h in inbox.decided(scene.actor("NG")).rows] == [second.pk, first.pk]
    assert {h.state for h in inbox.decided(scene.actor("NE")).rows} == {
        HandoverState.COMPLETED,
        HandoverState.WITHDRAWN,
    }


def test_the_other_world_of_another_registry_never_appears(scene: Scene) -> None:
    elsewhere = two_countries("NG", "NE")
    advance(elsewhere, ready_draft(elsewhere, open_case(elsewhere)), "offered")
    assert Handover.objects.exists()
    assert waits(scene, "NE") == []
