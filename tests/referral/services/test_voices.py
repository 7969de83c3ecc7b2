from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from referral.enums import Role
from referral.errors import FactMissing, NothingReachesOrigin, PersonMustPermit, TrackOfAnotherRole
from referral.models import Case, CaseEvent, HealthEntry, Notice, Voice
from referral.selectors.cases import visible_cases
from referral.selectors.home_help import health_entries
from referral.services import care, health, voices
from tests.referral.desks import assign, seat
from tests.scenes import Scene, open_case, two_countries

pytestmark = pytest.mark.django_db
ADVISER = Role.SURVIVOR_ADVISER


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE")


def speak(scene: Scene, case: Case, **facts: Any) -> None:
    said = {"kind": "correct", "text": "My age is wrong.", "permitted": True} | facts
    with scene.clock():
        voices.speak(scene.actor(ADVISER), case.pk, said, submission=uuid4())


def test_an_adviser_works_with_the_persons_permission_only(scene: Scene) -> None:
    seat(scene, ADVISER)
    case = open_case(scene)
    with pytest.raises(PersonMustPermit):
        assign(scene, ADVISER, case, person_permits=False)
    assign(scene, ADVISER, case)
    with pytest.raises(PersonMustPermit):
        speak(scene, case, permitted=False)
    with pytest.raises(FactMissing):
        speak(scene, case, kind="rate")
    speak(scene, case, kind="rate", rating=2)
    assert Voice.objects.get().rating == 2


def test_the_holder_hears_and_a_complaint_never_goes_to_the_holder_alone(scene: Scene) -> None:
    for role in (ADVISER, Role.COORDINATOR, Role.DATA_PROTECTION):
        seat(scene, role)
    case = open_case(scene)
    assign(scene, ADVISER, case)
    watching = [scene.users[Role.COORDINATOR], scene.users[Role.DATA_PROTECTION]]
    speak(scene, case)
    assert Notice.objects.filter(user=scene.users["NG"], kind="speak", case=case).count() == 1
    assert not Notice.objects.filter(user__in=watching).exists()
    speak(scene, case, kind="complain", text="Nobody listens.")
    told = Notice.objects.filter(user__in=watching)
    assert {(n.user, n.kind, n.case) for n in told} == {(user, "complaint", None) for user in watching}


def test_health_entries_are_read_by_their_service_and_by_a_case_manager_who_needs_them(scene: Scene) -> None:
    for role in (Role.HEALTH_WORKER, Role.CASE_MANAGER):
        seat(scene, role)
    case = open_case(scene)
    for role in (Role.HEALTH_WORKER, Role.CASE_MANAGER):
        assign(scene, role, case)
    with scene.clock():
        for released in (False, True):
            facts = {"text": f"entry {released}", "for_case_manager": released}
            health.write_entry(scene.actor(Role.HEALTH_WORKER), case.pk, facts, submission=uuid4())
    assert HealthEntry.objects.count() == 2
    assert set(CaseEvent.objects.filter(kind="record_health").values_list("compartment", flat=True)) == {"D4"}

    def reads(name: str) -> list[str]:
        return [row.text for row in health_entries(scene.actor(name), case)]

    assert reads(Role.HEALTH_WORKER) == ["entry True", "entry False"]
    assert reads(Role.CASE_MANAGER) == ["entry True"]
    assert reads("NG") == []


def test_a_liaison_records_the_tracks_of_its_own_law_alone(scene: Scene) -> None:
    case = open_case(scene)
    for role in (Role.ASYLUM_LIAISON, Role.JUSTICE_LIAISON):
        seat(scene, role)
        assign(scene, role, case)
    with scene.clock():
        for role, own, other in (
            (Role.ASYLUM_LIAISON, "asylum", "witness"),
            (Role.JUSTICE_LIAISON, "witness", "asylum"),
        ):
            facts = {"kind": own, "state": "open"}
            care.record_legal(scene.actor(role), case.pk, facts, submission=uuid4())
            with pytest.raises(TrackOfAnotherRole):
                care.record_legal(scene.actor(role), case.pk, facts | {"kind": other}, submission=uuid4())


def test_no_consulate_works_on_a_case_while_asylum_is_open(scene: Scene) -> None:
    case = open_case(scene)
    seat(scene, Role.CONSULAR_OFFICER)
    with scene.clock():
        care.record_legal(scene.actor("NG"), case.pk, {"kind": "asylum", "state": "open"}, submission=uuid4())
    with pytest.raises(NothingReachesOrigin):
        assign(scene, Role.CONSULAR_OFFICER, case)


def test_a_consulate_loses_sight_of_the_case_when_asylum_opens(scene: Scene) -> None:
    case = open_case(scene)
    seat(scene, Role.CONSULAR_OFFICER)
    assign(scene, Role.CONSULAR_OFFICER, case)
    assert visible_cases(scene.actor(Role.CONSULAR_OFFICER)).count() == 1
    with scene.clock():
        care.record_legal(scene.actor("NG"), case.pk, {"kind": "asylum", "state": "intended"}, submission=uuid4())
    assert visible_cases(scene.actor(Role.CONSULAR_OFFICER)).count() == 0
