"""Nobody plans to detain whoever may be trafficked or a child; that somebody did is a fact whose release is owed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from referral.enums import Action, InstitutionKind, Role
from referral.errors import ClosedPlacement
from referral.models import CaseEvent, Deadline, Release, Service
from referral.services import care, intake
from tests.factories import make_institution, make_member, make_user
from tests.scenes import Scene, advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db

NO_SIGN = {"opinion": "unlikely", "indicators": []}
A_SIGN = {"opinion": "unclear", "indicators": ["forced_offence"]}


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE")


def plan(scene: Scene, facts: dict[str, Any], kind: str, provider: InstitutionKind, **service: Any) -> None:
    case = open_case(scene, **facts)
    given = {"kind": kind, "provider": make_institution(scene.registry, "NG", kind=provider), **service}
    with scene.clock():
        care.add_service(scene.actor("NG"), case.pk, given, submission=uuid4())


@pytest.mark.parametrize("provider", [InstitutionKind.POLICE, InstitutionKind.BORDER, InstitutionKind.PROSECUTION])
@pytest.mark.parametrize("facts", [A_SIGN, {"opinion": "possible", "indicators": []}, {"age_low": 16, **NO_SIGN}])
def test_a_bed_behind_closed_doors_is_refused_from_the_first_indication_and_for_a_child(
    scene: Scene, facts: dict[str, Any], provider: InstitutionKind
) -> None:
    with pytest.raises(ClosedPlacement):
        plan(scene, facts, "shelter", provider, state="planned")
    assert not Service.objects.exists()
    assert not CaseEvent.objects.filter(kind="add_service").exists()


@pytest.mark.parametrize(
    ("facts", "kind", "provider"),
    [
        (A_SIGN, "shelter", InstitutionKind.SHELTER),
        (A_SIGN, "documents", InstitutionKind.POLICE),
        (NO_SIGN, "shelter", InstitutionKind.BORDER),
    ],
)
def test_an_open_bed_other_help_and_whoever_shows_no_sign_are_not_refused(
    scene: Scene, facts: dict[str, Any], kind: str, provider: InstitutionKind
) -> None:
    plan(scene, facts, kind, provider)
    assert Service.objects.get().provider.kind == provider


def where(scene: Scene, case: Any, kind: str, **facts: Any) -> None:
    with scene.clock():
        care.record_whereabouts(scene.actor("NG"), case.pk, {"kind": kind, **facts}, submission=uuid4())


def test_whoever_answers_for_a_detained_person_owes_the_release_once(scene: Scene) -> None:
    case = open_case(scene)
    where(scene, case, "detained")
    owed = Deadline.objects.get(case=case, kind="release")
    assert (owed.owes, owed.due_at - owed.opened_at) == (scene.institutions["NG"], timedelta(hours=4))
    row = Release.objects.get(case=case)
    assert (row.held_by, row.released_to, row.requested_at) == (None, scene.institutions["NG"], scene.moment().at)
    scene.after(hours=1)
    where(scene, case, "detained")
    assert Deadline.objects.get(case=case, kind="release") == owed
    with scene.clock():
        intake.release(scene.actor("NG"), case.pk, certificate="C-3", submission=uuid4())
    row.refresh_from_db()
    owed.refresh_from_db()
    assert (row.certificate, row.released_at, owed.state) == ("C-3", scene.moment().at, "met")


def test_a_shelter_that_hears_of_a_detention_sets_the_focal_points_clock(scene: Scene) -> None:
    case = open_case(scene)
    shelter = make_institution(scene.registry, "NG", kind=InstitutionKind.SHELTER)
    scene.users["shelter"] = make_user()
    make_member(shelter, Role.SERVICE_PROVIDER, user=scene.users["shelter"])
    with scene.clock():
        care.assign(scene.actor("NG"), case.pk, {"kind": "shelter", "institution": shelter}, submission=uuid4())
        care.record_whereabouts(scene.actor("shelter"), case.pk, {"kind": "detained"}, submission=uuid4())
    assert Deadline.objects.get(case=case, kind="release").owes == scene.institutions["NG"]


def test_a_detention_of_earlier_is_no_news(scene: Scene) -> None:
    case = open_case(scene)
    scene.after(hours=3)
    where(scene, case, "safe_place")
    where(scene, case, "detained", happened_at=scene.moment().at - timedelta(hours=1))
    assert not Deadline.objects.filter(case=case, kind="release").exists()


class TestArrivalCentre:
    """`domain.md` section 2: orientations run side by side; the way on is due 72 hours after."""

    @pytest.mark.parametrize(
        ("place", "state"),
        [
            ("safe_place", "met"), ("supported_place", "met"), ("escorted", "met"), ("left_by_choice", "cancelled"),
            ("no_safe_place", "open"), ("alone", "open"), ("detained", "open"), ("missing", "open"), ("elsewhere", "open"),
        ],
    )  # fmt: skip
    def test_the_way_on_is_a_place_or_an_escort(self, scene: Scene, place: str, state: str) -> None:
        case = open_case(scene, in_centre=True)
        scene.after(hours=20)
        where(scene, case, place)
        assert Deadline.objects.get(case=case, kind="centre").state == state

    def test_a_safe_night_in_the_centre_is_no_way_on(self, scene: Scene) -> None:
        case = open_case(scene, in_centre=True, safe_tonight="no")
        with scene.clock():
            care.record_tonight(scene.actor("NG"), case.pk, {"safe_tonight": "yes"}, submission=uuid4())
        assert Deadline.objects.get(case=case, kind="centre").state == "open"

    def test_leaving_with_a_handover_is_the_way_on(self, scene: Scene) -> None:
        case = open_case(scene, in_centre=True)
        handover = advance(scene, ready_draft(scene, case), "departed")
        assert CaseEvent.objects.filter(handover=handover, kind=Action.DEPART).exists()
        assert Deadline.objects.get(case=case, kind="centre").state == "met"
