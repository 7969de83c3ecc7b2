"""Looking after a person at home: each act writes its rows, one event, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from referral.enums import Action, Role
from referral.errors import ArrivalImpossible, ChangedMeanwhile, InstitutionElsewhere, NotAllowed
from referral.models import (
    Assignment,
    Case,
    CaseEvent,
    ChildFile,
    Deadline,
    LegalTrack,
    Need,
    Notice,
    RiskAssessment,
    Service,
    Whereabouts,
)
from referral.services import care
from referral.services.act import CaseOutcome
from tests.referral.desks import assign, seat
from tests.scenes import Scene, open_case, two_countries

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE")


@pytest.fixture
def case(scene: Scene) -> Case:
    return open_case(scene)


def do(
    scene: Scene, act: Callable[..., CaseOutcome], case: Case, *given: Any, who: str = "NG", **more: Any
) -> CaseOutcome:
    with scene.clock():
        return act(scene.actor(who), case.pk, *given, **{"submission": uuid4()} | more)


def open_deadline(case: Case, kind: str) -> Deadline:
    return Deadline.objects.get(case=case, kind=kind, state="open")


ACTS: dict[str, tuple[Callable[..., CaseOutcome], tuple[Any, ...]]] = {
    "tonight": (care.record_tonight, ({"safe_tonight": "no"},)),
    "person": (care.record_person, ({"wishes": "To study."},)),
    "whereabouts": (care.record_whereabouts, ({"kind": "detained"},)),
    "danger": (care.raise_danger, ({},)),
    "screening": (care.record_screening, ({"opinion": "possible"},)),
    "risk": (care.assess_risk, ({"level": "high", "receiving_country": "NE"},)),
    "legal": (care.record_legal, ({"kind": "asylum", "state": "intended"},)),
    "need": (care.add_need, ({"kind": "legal", "urgency": "standard"},)),
}


@pytest.mark.parametrize("name", ACTS)
def test_every_act_is_one_event_and_the_same_form_is_done_once(scene: Scene, case: Case, name: str) -> None:
    act, given = ACTS[name]
    before, key = CaseEvent.objects.filter(case=case).count(), uuid4()
    first = do(scene, act, case, *given, submission=key)
    again = do(scene, act, case, *given, submission=key)
    assert (first.repeated, again.repeated, again.event) == (False, True, first.event)
    assert CaseEvent.objects.filter(case=case).count() == before + 1
    assert Case.objects.get(pk=case.pk).version == case.version + 1


@pytest.mark.parametrize("name", ACTS)
def test_no_act_is_for_another_country(scene: Scene, case: Case, name: str) -> None:
    act, given = ACTS[name]
    with pytest.raises(NotAllowed):
        do(scene, act, case, *given, who="NE")


@pytest.mark.parametrize("name", sorted(set(ACTS) - {"danger"}))
def test_a_form_made_from_an_older_case_is_refused(scene: Scene, case: Case, name: str) -> None:
    act, given = ACTS[name]
    do(scene, care.record_person, case, {"wishes": "Other."})
    with pytest.raises(ChangedMeanwhile):
        do(scene, act, case, *given, version=case.version)


class TestTonight:
    def test_a_bed_makes_safe_and_meets_what_was_due(self, scene: Scene) -> None:
        case = open_case(scene, safe_tonight="unknown")
        assert open_deadline(case, "tonight")
        do(scene, care.record_tonight, case, {"safe_tonight": "yes"})
        assert Deadline.objects.get(case=case, kind="tonight").state == "met"
        assert Whereabouts.objects.filter(case=case).last().kind == "safe_place"

    def test_a_bed_that_is_lost_has_to_be_found_again(self, scene: Scene, case: Case) -> None:
        assert not Deadline.objects.filter(case=case, kind="tonight").exists()
        do(scene, care.record_tonight, case, {"safe_tonight": "no"})
        owed = open_deadline(case, "tonight")
        assert (owed.owes, owed.due_at - owed.opened_at) == (scene.institutions["NG"], timedelta(hours=4))
        do(scene, care.record_tonight, case, {"safe_tonight": "no"})
        assert open_deadline(case, "tonight") == owed

    def test_danger_makes_the_case_urgent_and_shortens_the_time(self, scene: Scene, case: Case) -> None:
        do(scene, care.record_tonight, case, {"safe_tonight": "no"})
        do(scene, care.raise_danger, case, {"call_tonight": "The guard."})
        case.refresh_from_db()
        assert case.immediate_danger
        assert case.person.call_tonight == "The guard."
        assert open_deadline(case, "tonight").due_at == scene.moment().at + timedelta(hours=2)


class TestWhereabouts:
    def test_a_place_cannot_be_known_before_it_happened(self, scene: Scene, case: Case) -> None:
        with pytest.raises(ArrivalImpossible):
            do(
                scene,
                care.record_whereabouts,
                case,
                {"kind": "detained", "happened_at": scene.moment().at + timedelta(seconds=1)},
            )
        do(scene, care.record_whereabouts, case, {"kind": "detained", "happened_at": scene.moment().at})

    def test_a_missing_person_makes_the_case_missing(self, scene: Scene, case: Case) -> None:
        earlier = scene.after(hours=3).moment().at - timedelta(hours=2)
        event = do(scene, care.record_whereabouts, case, {"kind": "missing", "happened_at": earlier}).event
        assert event.happened_at == earlier
        assert Case.objects.get(pk=case.pk).stage == "missing"


class TestAssessment:
    @pytest.mark.parametrize(("level", "days"), [("high", 7), ("medium", 30), ("low", 90)])
    def test_an_assessment_is_good_for_a_time_and_its_review_is_owed(
        self, scene: Scene, case: Case, level: str, days: int
    ) -> None:
        do(scene, care.assess_risk, case, {"level": level, "receiving_country": "NE"})
        row = RiskAssessment.objects.get(case=case)
        assert row.valid_until_at - row.assessed_at == timedelta(days=days)
        assert open_deadline(case, "review_risk").due_at == row.valid_until_at
        scene.after(days=1)
        do(scene, care.assess_risk, case, {"level": level, "receiving_country": "NE"})
        assert Deadline.objects.filter(case=case, kind="review_risk").count() == 2

    def test_an_unlikely_screening_takes_no_protection_away(self, scene: Scene, case: Case) -> None:
        do(scene, care.record_screening, case, {"opinion": "unlikely", "indicators": []})
        case.refresh_from_db()
        assert (case.non_punishment, case.status) == (True, "presumed")

    def test_a_new_track_ends_the_running_one_of_its_kind(self, scene: Scene, case: Case) -> None:
        for kind, state in (("asylum", "intended"), ("permit", "open"), ("asylum", "open")):
            do(scene, care.record_legal, case, {"kind": kind, "state": state})
            scene.after(hours=1)
        running = LegalTrack.objects.filter(case=case, until_at__isnull=True)
        assert set(running.values_list("kind", "state")) == {("permit", "open"), ("asylum", "open")}


class TestSupport:
    def test_a_service_ends_with_a_reason_now_or_later(self, scene: Scene, case: Case) -> None:
        for _ in range(2):
            do(scene, care.add_service, case, {"kind": "medical", "provider": scene.institutions["NG"]})
        now, later = Service.objects.filter(case=case)
        do(scene, care.end_service, case, now.pk, {"end_reason": "Done"})
        do(
            scene,
            care.end_service,
            case,
            later.pk,
            {"end_reason": "Course ends", "until_at": scene.moment().at + timedelta(days=3)},
        )
        now.refresh_from_db()
        later.refresh_from_db()
        assert (now.state, later.state) == ("ended", "running")
        assert later.until_at == scene.moment().at + timedelta(days=3)

    def test_rows_of_another_case_are_out_of_reach(self, scene: Scene, case: Case) -> None:
        other = open_case(scene)
        do(scene, care.add_need, other, {"kind": "legal", "urgency": "standard"})
        do(scene, care.add_service, other, {"kind": "medical", "provider": scene.institutions["NG"]})
        with pytest.raises(Need.DoesNotExist):
            do(scene, care.meet_need, case, Need.objects.get().pk)
        with pytest.raises(Service.DoesNotExist):
            do(scene, care.end_service, case, Service.objects.get().pk, {"end_reason": "x"})
        with pytest.raises(Assignment.DoesNotExist):
            do(scene, care.unassign, case, other.assignments.get().pk)

    def test_asking_twice_is_one_assignment(self, scene: Scene, case: Case) -> None:
        for _ in range(2):
            do(scene, care.assign, case, {"kind": "child_protection", "institution": scene.institutions["NG-child"]})
        assert case.assignments.filter(kind="child_protection").count() == 1

    def test_who_is_asked_to_work_on_a_case_is_told_and_so_is_who_ends(self, scene: Scene, case: Case) -> None:
        guard = scene.institutions["NG-child"]
        submission = uuid4()
        with scene.clock():
            for _ in range(2):
                facts = {"kind": "child_protection", "institution": guard}
                care.assign(scene.actor("NG"), case.pk, facts, submission=submission)
        do(scene, care.unassign, case, case.assignments.get(kind="child_protection").pk)
        told = Notice.objects.filter(kind__in=("assign", "unassign")).order_by("pk")
        assert [(row.kind, row.user, row.case) for row in told] == [
            (kind, scene.users["NG-child"], case) for kind in ("assign", "unassign")
        ]

    def test_a_need_is_met_once_it_is_met(self, scene: Scene, case: Case) -> None:
        do(scene, care.add_need, case, {"kind": "legal", "urgency": "urgent", "note": "Papers"})
        do(scene, care.meet_need, case, Need.objects.get().pk)
        assert Need.objects.get().met_at == scene.moment().at


class TestChild:
    def test_child_protection_is_told_works_on_the_case_and_writes_the_file(self, scene: Scene) -> None:
        case = open_case(scene, age_low=15, age_high=17)
        with pytest.raises(NotAllowed):
            do(scene, care.record_child, case, {"guardian": "Aunt"}, who="NG-child")
        do(scene, care.tell_child_protection, case, scene.institutions["NG-child"])
        assert Deadline.objects.get(case=case, kind="child_notice").state == "met"
        told = Notice.objects.get(kind="tell_child_protection")
        assert (told.user, told.case, told.mail.template) == (scene.users["NG-child"], case, "news")
        do(
            scene,
            care.record_child,
            case,
            {"guardian": "Aunt", "assessed": True, "child_view": "I want to stay."},
            who="NG-child",
        )
        file = ChildFile.objects.get(case=case)
        assert (file.guardian, file.child_view, file.guardian_conflict_checked) == ("Aunt", "I want to stay.", False)
        assert file.assessment_at == file.guardian_since_at == scene.moment().at
        assert file.determination_at is None

    def test_an_assessment_keeps_its_first_date(self, scene: Scene) -> None:
        case = open_case(scene, age_low=15, age_high=17)
        do(scene, care.tell_child_protection, case, scene.institutions["NG-child"])
        first = scene.moment().at
        for _ in range(2):
            do(scene, care.record_child, case, {"assessed": True}, who="NG-child")
            scene.after(days=1)
        assert ChildFile.objects.get(case=case).assessment_at == first

    def test_the_focal_point_does_not_write_the_childs_file(self, scene: Scene) -> None:
        with pytest.raises(NotAllowed):
            do(scene, care.record_child, open_case(scene, age_low=15), {"guardian": "Me"})

    def test_the_guardian_writes_the_view_and_nothing_else_of_the_file(self, scene: Scene) -> None:
        case = open_case(scene, age_low=15, age_high=17)
        seat(scene, Role.GUARDIAN)
        said = {"child_view": "I want to stay.", "guardian": "Me", "guardian_conflict_checked": True, "assessed": True}
        with pytest.raises(NotAllowed):
            do(scene, care.record_child, case, said, who=Role.GUARDIAN)
        assign(scene, Role.GUARDIAN, case)
        do(scene, care.tell_child_protection, case, scene.institutions["NG-child"])
        do(scene, care.record_child, case, {"guardian": "Aunt"}, who="NG-child")
        event = do(scene, care.record_child, case, said, who=Role.GUARDIAN).event
        file = ChildFile.objects.get(case=case)
        assert (file.child_view, file.guardian, file.guardian_conflict_checked) == ("I want to stay.", "Aunt", False)
        assert file.assessment_at is None
        assert (event.kind, event.compartment, event.role) == (Action.RECORD_CHILD, "D7", Role.GUARDIAN)
        assert event.payload.content["content"] == {"facts": ["child_view"]}

    def test_a_corrected_age_changes_what_is_due_from_now_on(self, scene: Scene, case: Case) -> None:
        running = set(Deadline.objects.filter(case=case, state="open").values_list("pk", "due_at"))
        do(scene, care.record_person, case, {"age_low": 16})
        assert open_deadline(case, "child_notice").due_at == scene.moment().at + timedelta(hours=24)
        assert running <= set(Deadline.objects.filter(case=case, state="open").values_list("pk", "due_at"))
        do(scene, care.record_person, case, {"age_low": 15})
        assert Deadline.objects.filter(case=case, kind="child_notice").count() == 1


def test_who_did_it_stands_in_the_event(scene: Scene, case: Case) -> None:
    event = do(scene, care.record_person, case, {"wishes": "To study.", "sex": "female"}, who="NG-deputy").event
    assert (event.user, event.role, event.kind, event.compartment) == (
        scene.users["NG-deputy"],
        "deputy",
        Action.RECORD_FACTS,
        "D2",
    )
    assert event.payload.content["content"] == {"facts": ["wishes"]}, "what did not change is no fact"


def test_only_an_institution_of_the_answering_country_is_asked_to_work_on_a_case(scene: Scene) -> None:
    case = open_case(scene)
    for stranger in (scene.institutions["NE-child"], two_countries("NG").institutions["NG-child"]):
        with scene.clock(), pytest.raises(InstitutionElsewhere):
            care.assign(
                scene.actor("NG"), case.pk, {"kind": "child_protection", "institution": stranger}, submission=uuid4()
            )
        with scene.clock(), pytest.raises(InstitutionElsewhere):
            care.tell_child_protection(scene.actor("NG"), case.pk, stranger, submission=uuid4())
    assert not case.assignments.filter(kind="child_protection").exists()
