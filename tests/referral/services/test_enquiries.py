from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Country
from referral import errors, gates
from referral.enums import (
    Action,
    DeadlineKind,
    DeadlineState,
    EnquiryState,
    InstitutionKind,
    LegalTrackKind,
    LegalTrackState,
)
from referral.models import BlockedRecipient, Case, CaseEvent, Deadline, Enquiry, LegalTrack, Notice
from referral.selectors.facts import gate_view
from referral.services import care, enquiries
from referral.services.sweep import sweep_registry
from tests.factories import make_country
from tests.scenes import Scene, advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE")


def ask(scene: Scene, case: Case, country: str = "NE", **more: Any) -> Enquiry:
    facts = {"country": country, "urgency": "standard", "services": ["shelter"], "told_person": True} | more
    with scene.clock():
        enquiries.ask(scene.actor("NG"), case.pk, facts, submission=uuid4())
    return Enquiry.objects.get(case=case, receiver_country=country, state=EnquiryState.OPEN)


def answer(scene: Scene, enquiry: Enquiry, who: str = "NE", key: Any = None, **facts: Any) -> Any:
    given = {"answer": "yes", "valid_until_at": scene.moment().at + timedelta(days=10), "note": "Two beds."} | facts
    with scene.clock():
        return enquiries.answer(scene.actor(who), enquiry.pk, given, submission=key or uuid4())


def test_an_enquiry_holds_from_where_to_where_age_sex_urgency_and_services(scene: Scene) -> None:
    case = open_case(scene, feared_countries=["LY"], route=["NG", "LY"])
    enquiry = ask(scene, case)
    assert enquiry.corridor == ["NG", "NE"]
    assert (enquiry.age_band, enquiry.sex, enquiry.services) == ("25_39", "female", ["shelter"])
    due = Deadline.objects.get(enquiry=enquiry)
    assert (due.kind, due.owes, due.other_side) == (
        DeadlineKind.ANSWER_ENQUIRY, scene.institutions["NE"], scene.institutions["NG"]
    )  # fmt: skip
    notices = Notice.objects.filter(institution=scene.institutions["NE"])
    assert {(n.kind, n.case_id, n.handover_id, n.event_id) for n in notices} == {("enquire", None, None, None)}
    assert CaseEvent.objects.filter(case=case, kind="enquire", code="NE").count() == 1


def test_a_yes_opens_gate_six_for_that_country_until_its_last_day(scene: Scene) -> None:
    case = open_case(scene)
    enquiry = ask(scene, case)
    key = uuid4()
    assert not answer(scene, enquiry, key=key).repeated
    assert answer(scene, enquiry, key=key).repeated
    enquiry.refresh_from_db()
    assert (enquiry.state, enquiry.note) == (EnquiryState.YES, "Two beds.")
    assert Deadline.objects.get(enquiry=enquiry).state == DeadlineState.MET
    assert Notice.objects.filter(institution=scene.institutions["NG"], kind="answer_enquiry", case=case).exists()
    draft = ready_draft(scene, case)
    assert gate_view(draft, scene.moment().at).enquiry_yes
    assert not gate_view(draft, scene.moment().at + timedelta(days=11)).enquiry_yes
    with pytest.raises(errors.EnquiryOver):
        answer(scene, enquiry, answer="no")


def test_nobody_is_asked_before_the_person_was_told(scene: Scene) -> None:
    with pytest.raises(errors.PersonNotTold):
        ask(scene, open_case(scene), told_person=False)
    assert not Enquiry.objects.exists()


def test_what_must_not_be_asked_is_refused(scene: Scene) -> None:
    case = open_case(scene, citizenships=["NE"])
    with pytest.raises(errors.BothSides):
        ask(scene, case, "NG")
    ask(scene, case)
    with pytest.raises(errors.EnquiryOpen):
        ask(scene, case)
    feared = open_case(scene, feared_countries=["NE"])
    with pytest.raises(errors.NothingReachesOrigin):
        ask(scene, feared)
    blocked = open_case(scene)
    BlockedRecipient.objects.create(person=blocked.person, country=Country.objects.get(pk="NE"))
    with pytest.raises(errors.RecipientBlocked):
        ask(scene, blocked)
    seeker = open_case(scene, citizenships=["NE"])
    LegalTrack.objects.create(
        case=seeker, kind=LegalTrackKind.ASYLUM, state=LegalTrackState.OPEN, country_id="NG",
        since_at=scene.moment().at, institution=scene.institutions["NG"],
    )  # fmt: skip
    with pytest.raises(errors.NothingReachesOrigin):
        ask(scene, seeker)


def test_only_the_country_that_was_asked_answers_and_never_for_both_sides(scene: Scene) -> None:
    enquiry = ask(scene, open_case(scene))
    with pytest.raises(errors.NotAllowed):
        answer(scene, enquiry, "NG")
    with pytest.raises(errors.FactMissing):
        answer(scene, enquiry, valid_until_at=None)
    from tests.factories import make_member

    make_member(scene.institutions["NG"], user=scene.users["NE"])
    with pytest.raises(errors.BothSides):
        answer(scene, enquiry)


def test_silence_lapses_at_the_last_rung_and_a_late_answer_still_counts(scene: Scene) -> None:
    enquiry = ask(scene, open_case(scene), urgency="urgent")
    scene.after(hours=49)
    with scene.clock():
        sweep_registry(scene.registry.pk)
    enquiry.refresh_from_db()
    assert enquiry.state == EnquiryState.LAPSED
    assert Deadline.objects.get(enquiry=enquiry).state == DeadlineState.OPEN
    told = Notice.objects.filter(institution=scene.institutions["NE"])
    assert told.count() > 1
    assert not told.filter(case__isnull=False).exists()
    answer(scene, enquiry)
    enquiry.refresh_from_db()
    assert enquiry.state == EnquiryState.YES
    assert Deadline.objects.get(enquiry=enquiry).state == DeadlineState.MET_LATE


def test_a_country_without_a_seat_is_asked_by_telephone_and_its_answer_written_down(scene: Scene) -> None:
    make_country("TN")
    enquiry = ask(scene, open_case(scene), "TN")
    assert enquiry.outside
    assert Deadline.objects.get(enquiry=enquiry).owes == scene.institutions["NG"]
    facts = {"answer": "yes", "valid_until_at": scene.moment().at + timedelta(days=3)}
    with scene.clock(), pytest.raises(errors.OfficerMissing):
        enquiries.record(scene.actor("NG"), enquiry.pk, facts, submission=uuid4())
    called = facts | {"officer": "Duty officer", "answered_at": scene.moment().at, "outside_reference": "T-1"}
    with scene.clock():
        enquiries.record(scene.actor("NG"), enquiry.pk, called, submission=uuid4())
    enquiry.refresh_from_db()
    assert (enquiry.state, enquiry.officer, enquiry.outside_reference) == (EnquiryState.YES, "Duty officer", "T-1")


def test_an_enquiry_is_withdrawn_by_hand_and_when_the_person_moves(scene: Scene) -> None:
    case = open_case(scene)
    enquiry = ask(scene, case)
    with scene.clock():
        enquiries.withdraw(scene.actor("NG"), enquiry.pk, submission=uuid4())
    enquiry.refresh_from_db()
    assert enquiry.state == EnquiryState.WITHDRAWN
    assert Deadline.objects.get(enquiry=enquiry).state == DeadlineState.CANCELLED
    again = ask(scene, case)
    advance(scene, ready_draft(scene, case), "received")
    again.refresh_from_db()
    assert again.state == EnquiryState.WITHDRAWN
    with pytest.raises(errors.EnquiryOver):
        answer(scene, again)


def test_a_focal_point_institution_is_what_makes_a_seat(scene: Scene) -> None:
    assert scene.institutions["NE"].kind == InstitutionKind.FOCAL_POINT
    assert ask(scene, open_case(scene)).receiver == scene.institutions["NE"]


def test_a_yes_to_a_former_holder_opens_no_condition_of_the_new_one() -> None:
    scene = two_countries()
    case = open_case(scene)
    answer(scene, ask(scene, case, "IT"), "IT", valid_until_at=scene.moment().at + timedelta(days=90))
    assert gate_view(ready_draft(scene, case, "NG", "IT"), scene.moment().at).enquiry_yes
    advance(scene, ready_draft(scene, case, "NG", "NE"), "received")
    onward = ready_draft(scene, Case.objects.get(pk=case.pk), "NE", "IT")
    assert not gate_view(onward, scene.moment().at).enquiry_yes, "Niger has not asked, and is not told that Nigeria had"


def test_what_a_former_holder_knew_still_closes_the_way_back() -> None:
    scene = two_countries()
    case = open_case(scene, "NG", citizenships=["IT"], feared_countries=["LY"])
    with scene.clock():
        track = {"kind": "asylum", "state": "open"}
        care.record_legal(scene.actor("NG"), case.pk, track, submission=uuid4())
    advance(scene, ready_draft(scene, case), "received")
    case = Case.objects.get(pk=case.pk)
    assert case.person.citizenships == case.person.feared_countries == [], "neither was disclosed"
    for country in ("LY", "IT"):
        facts: dict[str, Any] = {"country": country, "urgency": "standard", "services": [], "told_person": True}
        with scene.clock(), pytest.raises(errors.NothingReachesOrigin):
            enquiries.ask(scene.actor("NE"), case.pk, facts, submission=uuid4())
    view = gate_view(ready_draft(scene, case, "NE", "IT"), scene.moment().at)
    assert gates.origin(view, Action.OFFER) is not None
