from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from referral.enums import DeadlineKind, DeadlineState, ReferralState, Role
from referral.errors import (
    ChangedMeanwhile,
    FactMissing,
    InstitutionElsewhere,
    NotAllowed,
    PersonMustPermit,
    RecipientBlocked,
    ReferralMovedOn,
)
from referral.home_referrals import Answer
from referral.models import (
    Assignment,
    BlockedRecipient,
    Case,
    CaseEvent,
    Deadline,
    Disclosure,
    HomeReferral,
    Notice,
    Service,
)
from referral.services import referrals
from tests.referral.desks import seat
from tests.scenes import Scene, open_case, two_countries

pytestmark = pytest.mark.django_db
SHELTER = Role.SERVICE_PROVIDER


@pytest.fixture
def scene() -> Scene:
    scene = two_countries("NG", "NE")
    seat(scene, SHELTER)
    return scene


def ask(scene: Scene, case: Case, **more: Any) -> HomeReferral:
    facts = {
        "provider": scene.institutions[SHELTER], "kind": "shelter", "urgency": "standard", "compartments": ["D2"],
        "message": "A quiet room.", "person_agrees": True,
    } | more  # fmt: skip
    with scene.clock():
        referrals.send(scene.actor("NG"), case.pk, facts, submission=more.pop("submission", None) or uuid4())
    return HomeReferral.objects.latest("pk")


def answer(scene: Scene, row: HomeReferral, step: Answer, who: str = SHELTER, **facts: Any) -> HomeReferral:
    with scene.clock():
        referrals.answer(scene.actor(who), row.pk, step, facts, submission=uuid4())
    row.refresh_from_db()
    return row


def open_kinds(row: HomeReferral) -> list[str]:
    return list(Deadline.objects.filter(referral=row, state=DeadlineState.OPEN).values_list("kind", flat=True))


def test_a_request_freezes_what_it_tells_and_writes_down_that_it_told_it(scene: Scene) -> None:
    case = open_case(scene)
    row = ask(scene, case, compartments=["D2", "D3", "D8"])
    assert set(row.contents) == {"D0", "D2"}
    assert row.contents["D2"]["wishes"] == "To live near her sister."
    told = Disclosure.objects.filter(referral=row)
    assert {d.compartment: sorted(d.fields) for d in told} == {c: sorted(row.contents[c]) for c in ("D0", "D2")}
    assert {d.recipient_id for d in told} == {scene.institutions[SHELTER].pk}
    case.refresh_from_db()
    assert case.holder == scene.institutions["NG"]
    assert open_kinds(row) == [DeadlineKind.REFERRAL]
    assert Notice.objects.filter(user=scene.users[SHELTER], case=case).count() == 1
    assert not Assignment.objects.filter(case=case, institution=scene.institutions[SHELTER]).exists()


def test_nothing_is_sent_without_the_person_nor_abroad_nor_to_whom_the_person_keeps_out(scene: Scene) -> None:
    case = open_case(scene)
    with pytest.raises(PersonMustPermit):
        ask(scene, case, person_agrees=False)
    with pytest.raises(InstitutionElsewhere):
        ask(scene, case, provider=seat(scene, Role.HEALTH_WORKER, "NE"))
    with pytest.raises(InstitutionElsewhere):
        ask(scene, case, provider=seat(scene, Role.JUSTICE_LIAISON))
    BlockedRecipient.objects.create(person=case.person, institution=scene.institutions[SHELTER])
    with pytest.raises(RecipientBlocked):
        ask(scene, case)
    assert not HomeReferral.objects.exists()
    assert not Disclosure.objects.exists()


def test_a_service_that_helps_appears_among_the_services_and_sees_the_case(scene: Scene) -> None:
    case = open_case(scene)
    row = answer(scene, ask(scene, case), Answer.ACKNOWLEDGE)
    assert (row.state, open_kinds(row)) == (ReferralState.ACKNOWLEDGED, [DeadlineKind.REFERRAL])
    answer(scene, row, Answer.ACCEPT)
    assert (row.state, open_kinds(row)) == (ReferralState.ACCEPTED, [DeadlineKind.REFERRAL_REPORT])
    service = Service.objects.get(case=case)
    assert (service.provider, service.kind, service.state) == (scene.institutions[SHELTER], "shelter", "running")
    assert Assignment.objects.get(case=case, until_at=None, kind="shelter").institution == scene.institutions[SHELTER]
    answer(scene, row, Answer.REPORT, feedback="She sleeps well.")
    assert (row.state, row.feedback, open_kinds(row)) == (ReferralState.REPORTED, "She sleeps well.", [])
    assert set(Deadline.objects.filter(referral=row).values_list("state", flat=True)) == {DeadlineState.MET}
    kinds = {"referral_acknowledged", "referral_accepted", "referral_reported"}
    told = Notice.objects.filter(user=scene.users["NG"], case=case).values_list("kind", flat=True)
    assert kinds <= set(told)


def test_a_no_needs_a_reason_and_begins_nothing(scene: Scene) -> None:
    case = open_case(scene)
    row = ask(scene, case)
    with pytest.raises(FactMissing):
        answer(scene, row, Answer.DECLINE)
    answer(scene, row, Answer.DECLINE, decline_reason="no_capacity")
    assert (row.state, row.decline_reason, open_kinds(row)) == (ReferralState.DECLINED, "no_capacity", [])
    assert not Service.objects.filter(case=case).exists()
    with pytest.raises(ReferralMovedOn):
        answer(scene, row, Answer.ACCEPT)


def test_whoever_asked_may_take_it_back_until_the_service_helps(scene: Scene) -> None:
    case = open_case(scene)
    row = answer(scene, ask(scene, case), Answer.WITHDRAW, who="NG")
    assert (row.state, open_kinds(row)) == (ReferralState.WITHDRAWN, [])
    assert Deadline.objects.get(referral=row).state == DeadlineState.CANCELLED
    helped = answer(scene, ask(scene, case), Answer.ACCEPT)
    with pytest.raises(ReferralMovedOn):
        answer(scene, helped, Answer.WITHDRAW, who="NG")


def test_only_the_service_answers_and_only_the_sender_takes_back(scene: Scene) -> None:
    row = ask(scene, open_case(scene))
    for who, step in (("NG", Answer.ACKNOWLEDGE), ("NE", Answer.ACCEPT), (SHELTER, Answer.WITHDRAW)):
        with pytest.raises(NotAllowed):
            answer(scene, row, step, who=who)


def test_a_form_sent_twice_is_one_act_and_an_old_one_is_refused(scene: Scene) -> None:
    case, key = open_case(scene), uuid4()
    row = ask(scene, case, submission=key)
    actor = scene.actor(SHELTER)
    with scene.clock():
        first = referrals.answer(actor, row.pk, Answer.ACKNOWLEDGE, {}, submission=key, version=1)
        again = referrals.answer(actor, row.pk, Answer.ACKNOWLEDGE, {}, submission=key, version=1)
        assert (first.repeated, again.repeated) == (False, True)
        with pytest.raises(ChangedMeanwhile):
            referrals.answer(actor, row.pk, Answer.ACCEPT, {}, submission=uuid4(), version=1)
    assert CaseEvent.objects.filter(case=case, kind="referral_acknowledged").count() == 1
