"""Recording something about a person: each act through its page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from referral.enums import InstitutionKind
from referral.errors import ClosedPlacement
from referral.models import Assignment, ChildFile, LegalTrack, Need, RiskAssessment, Screening, Service, Whereabouts
from referral.services import care, clock
from tests.factories import code_of, make_institution
from tests.referral.views.seats import Seat, moment
from tests.scenes import Scene, advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE")


def done(answer: Any) -> bool:
    return bool(answer.status_code == 302)


def test_tonight_is_recorded_and_the_page_says_so(scene: Scene) -> None:
    case = open_case(scene, safe_tonight="no")
    code, seat = case.person.public_code, Seat(scene, "NG")
    until = scene.moment().at + timedelta(days=3)
    answer = seat.post(
        f"/people/{code}/tonight/", safe_tonight="yes", call_tonight="Desk", **moment("bed_until_at", until)
    )
    assert done(answer)
    page = seat.text(f"/people/{code}/")
    assert "Tonight is recorded." in page
    assert "notice-protected" in page


def test_danger_now_makes_the_case_urgent_and_the_person_not_covered(scene: Scene) -> None:
    case = open_case(scene)
    code, seat = case.person.public_code, Seat(scene, "NG")
    assert "Write down who was called" in seat.post(f"/people/{code}/danger/").content.decode()
    assert done(seat.post(f"/people/{code}/danger/", call_tonight="Shelter desk"))
    case.refresh_from_db()
    assert case.immediate_danger
    page = seat.text(f"/people/{code}/")
    assert "Immediate danger" in page
    assert "Not covered now: No safe place tonight" in page
    assert "Make safe tonight" in page


def test_facts_are_shown_changed_and_kept(scene: Scene) -> None:
    case = open_case(scene)
    code, seat = case.person.public_code, Seat(scene, "NG")
    assert "To live near her sister." in seat.text(f"/people/{code}/facts/")
    facts = {"languages_0": "wo", "sex": "female", "age_low": "16", "age_high": "20", "age_basis": "disputed",
             "accompanied": "no", "wishes": "To study.", "feared_countries_0": "LY"}  # fmt: skip
    assert done(seat.post(f"/people/{code}/facts/", **facts))
    page = seat.text(f"/people/{code}/")
    for words in ("To study.", "Speaks Wolof", "Presumed to be a child", "Tell child protection"):
        assert words in page


def test_an_old_version_is_refused_with_everything_kept_and_can_be_sent_again(scene: Scene) -> None:
    case = open_case(scene)
    code, seat = case.person.public_code, Seat(scene, "NG")
    with scene.clock():
        care.add_need(scene.actor("NG-deputy"), case.pk, {"kind": "medical", "urgency": "urgent"}, submission=uuid4())
    answer = seat.post(
        f"/people/{code}/needs/new/", kind="legal", urgency="standard", note="A lawyer", version=str(case.version)
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Somebody has changed this since you opened it." in page
    assert "A lawyer" in page
    case.refresh_from_db()
    assert f'name="version" value="{case.version}"' in page
    assert done(
        seat.post(
            f"/people/{code}/needs/new/", kind="legal", urgency="standard", note="A lawyer", version=str(case.version)
        )
    )
    assert Need.objects.filter(kind="legal").count() == 1


def test_a_double_press_is_one_act(scene: Scene) -> None:
    case = open_case(scene)
    code, seat, key = case.person.public_code, Seat(scene, "NG"), str(uuid4())
    for _press in range(2):
        assert done(
            seat.post(
                f"/people/{code}/needs/new/", kind="legal", urgency="urgent", submission=key, version=str(case.version)
            )
        )
    assert Need.objects.count() == 1
    assert "Already recorded." in seat.text(f"/people/{code}/needs/")


def test_a_paused_exercise_keeps_what_was_typed(scene: Scene) -> None:
    case = open_case(scene)
    with scene.clock():
        clock.pause(scene.registry.pk, user=None)
    answer = Seat(scene, "NG").post(
        f"/people/{case.person.public_code}/needs/new/", kind="legal", urgency="urgent", note="A lawyer"
    )
    assert answer.status_code == 200
    assert "The exercise is paused." in answer.content.decode()
    assert "A lawyer" in answer.content.decode()


def test_a_need_is_met_with_one_press(scene: Scene) -> None:
    case = open_case(scene)
    code, seat = case.person.public_code, Seat(scene, "NG")
    seat.post(f"/people/{code}/needs/new/", kind="legal", urgency="urgent")
    need = Need.objects.get()
    assert "It is met" in seat.text(f"/people/{code}/needs/")
    assert done(seat.post(f"/people/{code}/needs/{code_of('need', need.pk)}/met/"))
    need.refresh_from_db()
    assert need.met_at is not None
    assert seat.post(f"/people/{code}/needs/{code_of('need', need.pk + 99)}/met/").status_code == 404


def test_a_service_is_added_and_ended_with_a_reason(scene: Scene) -> None:
    case = open_case(scene)
    code, seat = case.person.public_code, Seat(scene, "NG")
    shelter = make_institution(scene.registry, "NG", kind=InstitutionKind.SHELTER, name="House of the Baobab")
    make_institution(scene.registry, "NE", kind=InstitutionKind.SHELTER, name="House abroad")
    page = seat.text(f"/people/{code}/services/new/")
    assert "House of the Baobab" in page
    assert "House abroad" not in page
    facts = {"kind": "shelter", "provider": str(shelter.pk), "state": "running", "payer": "National fund"}
    early = moment("until_at", scene.moment().at - timedelta(days=2))
    assert (
        "This lies before the service begins"
        in seat.post(f"/people/{code}/services/new/", **facts, **early).content.decode()
    )
    assert done(seat.post(f"/people/{code}/services/new/", **facts))
    service = Service.objects.get()
    assert (
        "Say why the service ends"
        in seat.post(f"/people/{code}/services/{code_of('service', service.pk)}/end/").content.decode()
    )
    assert done(
        seat.post(f"/people/{code}/services/{code_of('service', service.pk)}/end/", end_reason="Moves to a flat")
    )
    page = seat.text(f"/people/{code}/needs/")
    assert "Moves to a flat" in page
    assert seat.get(f"/people/{code}/services/{code_of('service', service.pk)}/end/").status_code == 404


def test_a_screening_is_recorded_anew(scene: Scene) -> None:
    case = open_case(scene, opinion="", indicators=[])
    code, seat = case.person.public_code, Seat(scene, "NG")
    assert done(seat.post(f"/people/{code}/screening/", indicators=["debt", "fear"], opinion="possible"))
    assert sorted(Screening.objects.get().items) == ["debt", "fear"]
    assert "Not to be punished" in seat.text(f"/people/{code}/")


def test_a_risk_assessment_keeps_its_domains_and_says_until_when_it_counts(scene: Scene) -> None:
    case = open_case(scene)
    code, seat = case.person.public_code, Seat(scene, "NG")
    half = seat.post(f"/people/{code}/risk/", level="high", domain_travel_0="2").content.decode()
    assert "Say both how likely and how grave, or neither" in half
    facts = {
        "level": "high",
        "domain_travel_0": "2",
        "domain_travel_1": "2",
        "receiving_country": "NE",
        "fears": "The man.",
    }
    assert done(seat.post(f"/people/{code}/risk/", **facts))
    risk = RiskAssessment.objects.get()
    assert risk.domains == {"travel": [2, 2]}
    assert "Valid until 9 March 2026" in seat.text(f"/people/{code}/")


def test_where_the_person_is_decides_about_cover(scene: Scene) -> None:
    case = open_case(scene)
    code, seat = case.person.public_code, Seat(scene, "NG")
    ahead = moment("happened_at", scene.moment().at + timedelta(days=1))
    answer = seat.post(f"/people/{code}/whereabouts/", kind="detained", country="NG", **ahead)
    assert "This moment has not come yet" in answer.content.decode()
    assert done(seat.post(f"/people/{code}/whereabouts/", kind="detained", country="NG"))
    assert Whereabouts.objects.filter(case=case).latest("pk").kind == "detained"
    assert "Not covered now: Detained" in seat.text(f"/people/{code}/")
    page = seat.text(f"/people/{code}/whereabouts/")
    assert 'value="NG"' in page
    assert 'value="AF"' not in page, "a place lies in a country that the registry knows; a citizenship may be any"


def test_a_legal_track_replaces_the_running_one_of_its_kind(scene: Scene) -> None:
    case = open_case(scene)
    code, seat = case.person.public_code, Seat(scene, "NG")
    for state in ("intended", "open"):
        assert done(seat.post(f"/people/{code}/legal/", kind="asylum", state=state))
    assert LegalTrack.objects.filter(until_at__isnull=True).count() == 1
    page = seat.text(f"/people/{code}/")
    assert "Asylum: Open" in page
    assert "Asylum track" in page


def test_child_protection_is_told_and_writes_the_childs_file(scene: Scene) -> None:
    case = open_case(scene, age_low=15, age_high=16)
    code, focal = case.person.public_code, Seat(scene, "NG")
    guard = scene.institutions["NG-child"]
    assert f'<option value="{guard.pk}" selected>' in focal.text(f"/people/{code}/child/notice/")
    assert done(focal.post(f"/people/{code}/child/notice/", institution=str(guard.pk)))
    assert "Tell child protection" not in focal.text(f"/people/{code}/").split("<main", 1)[1]
    officer = Seat(scene, "NG-child")
    assert focal.get(f"/people/{code}/child/").status_code == 403
    assert done(
        officer.post(f"/people/{code}/child/", guardian="Office of guardians", assessed="on", child_view="To stay.")
    )
    file = ChildFile.objects.get()
    assert file.assessment_at is not None
    assert "Office of guardians" in officer.text(f"/people/{code}/child/")
    assert "guardian named" in officer.text(f"/people/{code}/")


def test_an_institution_is_asked_to_work_on_the_case_and_its_work_ends(scene: Scene) -> None:
    case = open_case(scene)
    code, seat = case.person.public_code, Seat(scene, "NG")
    clinic = make_institution(scene.registry, "NG", kind=InstitutionKind.HEALTH, name="Clinic")
    wrong = seat.post(f"/people/{code}/assign/", kind="shelter", institution=str(clinic.pk)).content.decode()
    assert "This institution does not do this work" in wrong
    assert done(seat.post(f"/people/{code}/assign/", kind="health", institution=str(clinic.pk)))
    work = Assignment.objects.get(institution=clinic)
    assert "End its work" in seat.text(f"/people/{code}/assign/")
    assert done(seat.post(f"/people/{code}/assign/{code_of('assignment', work.pk)}/end/"))
    work.refresh_from_db()
    assert work.until_at is not None
    assert seat.post(f"/people/{code}/assign/{code_of('assignment', work.pk)}/end/").status_code == 404


def test_a_police_station_can_never_be_asked_to_work_on_a_case(scene: Scene) -> None:
    case = open_case(scene)
    make_institution(scene.registry, "NG", kind=InstitutionKind.POLICE, name="Police station")
    assert "Police station" not in Seat(scene, "NG").text(f"/people/{case.person.public_code}/assign/")


def test_a_bed_behind_closed_doors_is_refused_beside_the_provider_and_what_was_typed_is_kept(scene: Scene) -> None:
    case = open_case(scene)
    station = make_institution(scene.registry, "NG", kind=InstitutionKind.POLICE, name="Police station")
    code, seat = case.person.public_code, Seat(scene, "NG")
    typed = {"kind": "shelter", "provider": station.pk, "payer": "The ministry", "state": "planned"}
    answer = seat.post(f"/people/{code}/services/new/", **typed)
    assert not Service.objects.exists()
    page = answer.content.decode()
    assert answer.context["form"].errors["provider"] == [str(ClosedPlacement.sentence)]
    assert 'href="#id_provider"' in page
    assert 'value="The ministry"' in page
    assert f'<option value="{station.pk}" selected>' in page
    assert done(seat.post(f"/people/{code}/services/new/", **typed | {"kind": "legal"}))


def test_a_detention_that_happened_is_a_fact_whose_release_is_due(scene: Scene) -> None:
    code, seat = open_case(scene).person.public_code, Seat(scene, "NG")
    assert "Record the release to protection" not in seat.text(f"/people/{code}/")
    assert done(seat.post(f"/people/{code}/whereabouts/", kind="detained", country="NG"))
    page = seat.text(f"/people/{code}/")
    assert "Not covered now: Detained" in page
    assert "Record the release to protection" in page
    assert done(seat.post(f"/people/{code}/release/", certificate="C-2"))
    assert "Record the release to protection" not in seat.text(f"/people/{code}/")


def test_a_release_needs_its_certificate(scene: Scene) -> None:
    case = open_case(scene, held_by_security=True)
    code, seat = case.person.public_code, Seat(scene, "NG")
    assert "Record the release to protection" in seat.text(f"/people/{code}/")
    assert "Enter the number of the certificate" in seat.post(f"/people/{code}/release/").content.decode()
    assert done(seat.post(f"/people/{code}/release/", certificate="C-1"))
    assert "Record the release to protection" not in seat.text(f"/people/{code}/")


def test_another_country_cannot_record_anything(scene: Scene) -> None:
    code, seat = open_case(scene).person.public_code, Seat(scene, "NE")
    for act in (
        "tonight",
        "danger",
        "facts",
        "screening",
        "risk",
        "whereabouts",
        "legal",
        "assign",
        "release",
        "take",
        "needs/new",
    ):
        assert seat.post(f"/people/{code}/{act}/").status_code == 404
    assert seat.post(f"/people/{code}/identity/").status_code == 404


def test_a_need_of_the_former_holder_is_none_to_the_new_one(scene: Scene) -> None:
    case = open_case(scene)
    with scene.clock():
        facts = {"kind": "medical", "urgency": "urgent"}
        care.add_need(scene.actor("NG"), case.pk, facts, submission=uuid4())
    advance(scene, ready_draft(scene, case), "received")
    need = Need.objects.get(case=case)
    assert (
        Seat(scene, "NE").post(f"/people/{case.person.public_code}/needs/{code_of('need', need.pk)}/met/").status_code
        == 404
    )
    need.refresh_from_db()
    assert need.met_at is None
