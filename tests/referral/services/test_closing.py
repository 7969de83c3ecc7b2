"""Closing a case."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from referral.enums import Action, CaseStage, ClosureReason, CustodyReason, DeadlineState
from referral.errors import (
    AlreadyOpen,
    ChangedMeanwhile,
    MissingChildStaysOpen,
    NotAllowed,
    NothingProposed,
    NotLostYet,
    SecondPersonNeeded,
)
from referral.models import Case, Custody, Deadline, Notice, Proposal
from referral.selectors.invariants import findings
from referral.services import care, closing
from tests.referral.handover_table import brought_to
from tests.scenes import Scene, advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db


def close(scene: Scene, who: str, case: Case, reason: str = "wish", **more: Any) -> Any:
    facts = {"reason": reason, "contact_later": scene.institutions["NG"].pk} | more
    with scene.clock():
        outcome = closing.close(scene.actor(who), case.pk, facts, submission=uuid4())
    case.refresh_from_db()
    return outcome


def where(scene: Scene, case: Case, kind: str) -> None:
    with scene.clock():
        care.record_whereabouts(scene.actor("NG"), case.pk, {"kind": kind}, submission=uuid4())


def test_a_case_is_closed_with_a_reason_and_somebody_to_turn_to():
    scene = two_countries()
    case = open_case(scene)
    with pytest.raises(NotAllowed):
        close(scene, "NE", case)
    close(scene, "NG", case)
    assert (case.stage, case.closure_reason, case.holder) == (CaseStage.CLOSED, ClosureReason.WISH, None)
    assert case.contact_later == scene.institutions["NG"]
    assert Custody.objects.filter(case=case).latest("seq").reason == CustodyReason.CLOSED
    assert not Deadline.objects.filter(case=case, state=DeadlineState.OPEN).exists()
    assert list(findings()) == []


@pytest.mark.parametrize("reason", ["died", "outside", "not_trafficked"])
def test_two_people_close_after_a_death_outside_the_system_or_when_not_trafficked(reason: str):
    scene = two_countries()
    case = open_case(scene)
    close(scene, "NG", case, reason)
    assert case.stage != CaseStage.CLOSED
    with pytest.raises(SecondPersonNeeded):
        close(scene, "NG", case, reason)
    with pytest.raises(ChangedMeanwhile):
        close(scene, "NG-deputy", case, "wish")
    assert case.stage != CaseStage.CLOSED, "nobody confirms what was proposed while the own form was open"
    with scene.clock():
        closing.close(scene.actor("NG-deputy"), case.pk, {}, submission=uuid4())
    case.refresh_from_db()
    assert case.closure_reason == reason
    assert Proposal.objects.get(case=case).decided_by == scene.users["NG-deputy"]
    with scene.clock(), pytest.raises(NothingProposed):
        closing.close(scene.actor("NG"), open_case(scene).pk, {}, submission=uuid4())


def told(case: Case) -> list[tuple[str, str]]:
    """Who was told what of the case, in order of time."""
    rows = Notice.objects.filter(case=case).order_by("pk")
    return list(rows.values_list("user__email", "kind"))


def test_who_may_confirm_a_closing_is_told_and_who_proposed_it_hears_that_it_is_done():
    scene = two_countries()
    case, wish = open_case(scene), open_case(scene)
    (known, of_wish), key = (told(case), told(wish)), uuid4()
    facts = {"reason": "died", "contact_later": scene.institutions["NG"].pk}
    for _again in range(2):
        with scene.clock():
            closing.close(scene.actor("NG"), case.pk, facts, submission=key)
    asked = (scene.users["NG-deputy"].email, "closing_waits")
    assert told(case) == [*known, asked], "once, although the form was sent twice, and nobody of another institution"
    close(scene, "NG-deputy", case, "died")
    assert told(case) == [*known, asked, (scene.users["NG"].email, Action.CLOSE_CASE)]
    close(scene, "NG", wish)
    assert told(wish) == of_wish, "one person does this alone"


@pytest.mark.parametrize("reason", sorted(set(ClosureReason) - {"lost_contact"}))
def test_after_an_arrival_outside_the_system_two_people_close_whatever_the_reason(reason: str):
    scene, handover = brought_to("received_outside", kind="outside")
    case = Case.objects.get(pk=handover.case_id)
    close(scene, "NG", case, reason)
    assert (case.stage == CaseStage.CLOSED, case.holder) == (False, scene.institutions["NG"])
    assert Proposal.objects.get(case=case, state="open").facts["reason"] == reason
    with pytest.raises(SecondPersonNeeded):
        close(scene, "NG", case, reason)
    close(scene, "NG-deputy", case, reason)
    assert (case.stage, case.closure_reason) == (CaseStage.CLOSED, reason)


def test_an_outside_receiver_asks_for_a_second_person_only_when_the_person_arrived_there():
    scene, handover = brought_to("accepted", kind="outside")
    case = Case.objects.get(pk=handover.case_id)
    scene.do("NG", handover, Action.STOP)
    scene.do("NG", handover, Action.CONFIRM_STOP)
    close(scene, "NG", case)
    assert case.stage == CaseStage.CLOSED


def test_a_missing_child_is_never_closed_and_contact_is_lost_only_after_ninety_days():
    scene = two_countries()
    child, adult = open_case(scene, age_low=14, age_high=15), open_case(scene)
    for case in (child, adult):
        where(scene, case, "missing")
    for reason in ("wish", "lost_contact", "followed_up"):
        with pytest.raises(MissingChildStaysOpen):
            close(scene, "NG", child, reason)
    with pytest.raises(NotLostYet):
        close(scene, "NG", adult, "lost_contact")
    scene.after(days=90)
    close(scene, "NG", adult, "lost_contact")
    assert adult.stage == CaseStage.CLOSED
    with pytest.raises(MissingChildStaysOpen):
        close(scene, "NG", child, "lost_contact")


def test_a_case_with_an_open_handover_is_not_closed():
    scene = two_countries()
    case = open_case(scene)
    advance(scene, ready_draft(scene, case), "offered")
    with pytest.raises(AlreadyOpen):
        close(scene, "NG", case)
