from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from referral.enums import Action, CaseStage, DeadlineKind, DeadlineState, ProposalState, Role, TraffickingStatus
from referral.errors import FactMissing, NotAllowed, NothingProposed, NotThisStep, ReflectionRuns, SecondPersonNeeded
from referral.models import Case, Deadline, Identification, LegalTrack, Notice, Proposal, RulePack
from referral.services import identification
from tests.referral.desks import assign, colleague, seat
from tests.scenes import Scene, open_case, two_countries

pytestmark = pytest.mark.django_db
AUTHORITY = Role.COMPETENT_AUTHORITY


@pytest.fixture
def scene() -> Scene:
    scene = two_countries("NG", "NE")
    seat(scene, AUTHORITY)
    return scene


@pytest.fixture
def case(scene: Scene) -> Case:
    case = open_case(scene)
    assign(scene, AUTHORITY, case)
    case.refresh_from_db()
    return case


def decide(scene: Scene, case: Case, decision: str, step: str = "reasonable_grounds", **more: Any) -> None:
    facts = {
        "step": step, "decision": decision, "reasons": "What she told.", "reconsideration_explained": decision == "negative",
    } | more  # fmt: skip
    with scene.clock():
        identification.decide(scene.actor(AUTHORITY), case.pk, facts, submission=uuid4())
    case.refresh_from_db()


def owed(case: Case) -> list[Deadline]:
    return list(Deadline.objects.filter(case=case, kind=DeadlineKind.IDENTIFY, state=DeadlineState.OPEN))


def test_an_authority_that_works_on_a_case_owes_its_first_decision(scene: Scene, case: Case) -> None:
    assert case.stage == CaseStage.UNDER_IDENTIFICATION
    (deadline,) = owed(case)
    assert (deadline.owes, deadline.other_side) == (scene.institutions[AUTHORITY], scene.institutions["NG"])


def test_reasonable_grounds_begin_reflection_by_themselves(scene: Scene, case: Case) -> None:
    RulePack.objects.create(registry=scene.registry, country_id="NG", reflection_days=45)
    decide(scene, case, "positive")
    track = LegalTrack.objects.get(case=case, kind="reflection")
    assert track.runs_until_at == scene.moment().at + timedelta(days=45)
    assert (case.status, case.stage) == (TraffickingStatus.REASONABLE_GROUNDS, CaseStage.REFLECTION)
    (deadline,) = owed(case)
    assert deadline.due_at == scene.moment().at + timedelta(days=45)


def test_the_final_decision_waits_for_reflection_unless_the_person_asks(scene: Scene, case: Case) -> None:
    decide(scene, case, "positive")
    with pytest.raises(ReflectionRuns):
        decide(scene, case, "positive", "final")
    decide(scene, case, "positive", "final", person_asks=True)
    assert (case.status, case.stage, owed(case)) == (TraffickingStatus.IDENTIFIED, CaseStage.STATUS_DECIDED, [])
    with pytest.raises(NotThisStep):
        decide(scene, case, "positive", "final")


def test_after_the_days_are_over_the_final_decision_is_free(scene: Scene, case: Case) -> None:
    decide(scene, case, "positive")
    scene.after(days=31)
    decide(scene, case, "positive", "final")
    assert case.status == TraffickingStatus.IDENTIFIED


def test_a_no_is_only_proposed_until_a_second_person_confirms_it(scene: Scene, case: Case) -> None:
    second = colleague(scene, AUTHORITY)
    with pytest.raises(FactMissing):
        decide(scene, case, "negative", reconsideration_explained=False)
    decide(scene, case, "negative")
    assert not Identification.objects.exists()
    with scene.clock(), pytest.raises(SecondPersonNeeded):
        identification.confirm_negative(scene.actor(AUTHORITY), case.pk, submission=uuid4())
    with scene.clock():
        identification.confirm_negative(scene.actor(second), case.pk, submission=uuid4())
    case.refresh_from_db()
    row = Identification.objects.get(case=case)
    assert (row.decision, row.reconsideration_explained) == ("negative", True)
    assert (case.status, owed(case)) == (TraffickingStatus.NOT_IDENTIFIED, [])
    assert not LegalTrack.objects.filter(case=case).exists()
    decide(scene, case, "positive")
    assert case.status == TraffickingStatus.REASONABLE_GROUNDS


def test_the_second_person_is_told_of_a_proposed_no_and_the_first_that_it_was_confirmed(
    scene: Scene, case: Case
) -> None:
    second = colleague(scene, AUTHORITY)
    decide(scene, case, "negative")
    (asked,) = Notice.objects.filter(case=case, kind="negative_waits")
    assert asked.user == scene.users[second]
    with scene.clock():
        identification.confirm_negative(scene.actor(second), case.pk, submission=uuid4())
    heard = Notice.objects.filter(case=case, kind=Action.IDENTIFY, user=scene.users[AUTHORITY])
    assert heard.count() == 1


def test_a_proposed_no_can_be_dropped_and_decided_anew(scene: Scene, case: Case) -> None:
    decide(scene, case, "negative")
    with pytest.raises(NotThisStep):
        decide(scene, case, "negative")
    with scene.clock():
        identification.drop_negative(scene.actor(AUTHORITY), case.pk, submission=uuid4())
        with pytest.raises(NothingProposed):
            identification.confirm_negative(scene.actor(AUTHORITY), case.pk, submission=uuid4())
    assert Proposal.objects.get().state == ProposalState.DROPPED
    decide(scene, case, "positive")


def test_a_one_step_country_decides_once_and_reflection_begins_there_too(scene: Scene, case: Case) -> None:
    RulePack.objects.create(registry=scene.registry, country_id="NG", two_step=False)
    with pytest.raises(NotThisStep):
        decide(scene, case, "positive")
    decide(scene, case, "positive", "final")
    assert LegalTrack.objects.filter(case=case, kind="reflection").count() == 1
    assert case.status == TraffickingStatus.IDENTIFIED


def test_nobody_else_decides(scene: Scene, case: Case) -> None:
    facts = {"step": "reasonable_grounds", "decision": "positive", "reasons": "x"}
    with scene.clock(), pytest.raises(NotAllowed):
        identification.decide(scene.actor("NG"), case.pk, facts, submission=uuid4())
