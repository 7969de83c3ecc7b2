"""Who can say yes for a child, and what holds where nobody can."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from referral.enums import Action, DeadlineKind, DeadlineState, InstitutionKind
from referral.errors import ChildNeedsBothYes, NoChildProtection
from referral.models import Deadline, Handover, Institution
from referral.services import care
from tests.scenes import (
    Scene,
    accept_facts,
    advance,
    heard,
    open_case,
    open_child,
    ready_draft,
    receive_facts,
    two_countries,
)

pytestmark = pytest.mark.django_db


def without_child_protection(scene: Scene, country: str) -> None:
    """The office becomes another one, as where a registry has none."""
    kind = InstitutionKind.SOCIAL_SERVICE
    Institution.objects.filter(pk=scene.institutions[f"{country}-child"].pk).update(kind=kind)


def owing_an_answer(handover: Handover) -> set[Any]:
    rows = Deadline.objects.filter(handover=handover, kind=DeadlineKind.CHILD_ANSWER, state=DeadlineState.OPEN)
    return {row.owes for row in rows.select_related("owes")}


def turns_out_to_be_a_child(scene: Scene, handover: Handover) -> None:
    with scene.clock():
        facts = {"age_low": 15, "age_high": 17}
        care.record_person(scene.actor("NG"), handover.case_id, facts, submission=uuid4())
    handover.refresh_from_db()
    assert handover.child


def test_a_child_is_not_offered_where_no_child_protection_could_say_yes():
    scene = two_countries()
    draft = ready_draft(scene, open_child(scene))
    without_child_protection(scene, "NE")
    with pytest.raises(NoChildProtection):
        scene.do("NG", draft, Action.OFFER)
    draft.refresh_from_db()
    assert draft.state == "draft"
    adult = ready_draft(scene, open_case(scene))
    scene.do("NG", adult, Action.OFFER)


def test_of_a_country_without_a_seat_the_sender_hears_the_yes():
    scene = two_countries()
    draft = ready_draft(scene, open_child(scene), receiver="GH")
    scene.do("NG", draft, Action.OFFER)
    assert owing_an_answer(draft) == {scene.institutions["NG-child"], scene.institutions["NG"]}
    scene.do("NG", draft, Action.CHILD_ANSWER, {"child_answer": "yes"} | heard(scene))
    assert owing_an_answer(draft) == {scene.institutions["NG-child"]}


def test_nobody_owes_an_answer_that_it_may_not_give():
    """Somebody found to be a child when the offer is out: the focal point of a country without the office cannot answer."""
    scene = two_countries()
    handover = advance(scene, ready_draft(scene, open_case(scene)), "acknowledged")
    without_child_protection(scene, "NE")
    turns_out_to_be_a_child(scene, handover)
    assert owing_an_answer(handover) == {scene.institutions["NG-child"]}
    with pytest.raises(ChildNeedsBothYes):
        scene.do("NE", handover, Action.ACCEPT, accept_facts(scene))


def test_who_is_found_to_be_a_child_on_the_way_is_told_to_child_protection_where_the_child_arrives():
    scene = two_countries()
    handover = advance(scene, ready_draft(scene, open_case(scene)), "departed")
    turns_out_to_be_a_child(scene, handover)
    assert owing_an_answer(handover) == set(), "on the way nobody can say yes any more"
    scene.after(hours=14)
    scene.do("NE", handover, Action.RECEIVE, receive_facts(scene))
    told = Deadline.objects.get(case=handover.case_id, kind=DeadlineKind.CHILD_NOTICE, state=DeadlineState.OPEN)
    assert told.owes == scene.institutions["NE"]
    with scene.clock():
        guard = scene.institutions["NE-child"]
        care.tell_child_protection(scene.actor("NE"), handover.case_id, guard, submission=uuid4())
    told.refresh_from_db()
    assert told.state == DeadlineState.MET


def test_a_child_for_whom_both_said_yes_needs_no_second_notice():
    scene = two_countries()
    handover = advance(scene, ready_draft(scene, open_child(scene)), "acknowledged")
    for name in ("NG-child", "NE-child"):
        scene.do(name, handover, Action.CHILD_ANSWER, {"child_answer": "yes"})
    advance(scene, handover, "received")
    assert not Deadline.objects.filter(
        case=handover.case_id, kind=DeadlineKind.CHILD_NOTICE, state=DeadlineState.OPEN
    ).exists()


def test_a_quiet_search_becomes_loud_when_the_person_is_found_to_be_a_child():
    scene = two_countries()
    handover = advance(scene, ready_draft(scene, open_case(scene)), "departed")
    scene.after(hours=30)
    scene.do("NG", handover, Action.REPORT_NOT_ARRIVED)
    handover.refresh_from_db()
    assert handover.alert == "quiet"
    turns_out_to_be_a_child(scene, handover)
    assert handover.alert == "urgent"
