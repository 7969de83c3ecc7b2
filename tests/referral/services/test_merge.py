"""Two files of one person become one: one chain ends, both histories stay."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from referral import limits
from referral.enums import Action, CaseStage, ClosureReason, CustodyReason, DeadlineState, ProposalState, Safeguard
from referral.errors import FilesNotJoinable, NotAllowed, NothingProposed
from referral.models import BlockedRecipient, Case, CaseEvent, Custody, Deadline, Handover, Notice, Proposal
from referral.selectors.facts import safeguards
from referral.selectors.invariants import findings
from referral.services import closing, merge
from tests.referral.views.seats import Seat, moment
from tests.scenes import Scene, advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db


def ask(scene: Scene, who: str, ending: Case, into: Case | str, **more: object) -> merge.CaseOutcome:
    code = into if isinstance(into, str) else into.person.public_code
    with scene.clock():
        return merge.ask(
            scene.actor(who), ending.pk, into_code=code, reason="Same scar.", submission=more.get("submission", uuid4())
        )


def test_one_institution_joins_its_two_files_at_once():
    scene = two_countries()
    stays, goes = open_case(scene), open_case(scene, no_family_contact=True, immediate_danger=True)
    BlockedRecipient.objects.create(person=goes.person, country_id="IT", reason="An uncle works there.")
    ready_draft(scene, goes)
    before = list(CaseEvent.objects.filter(case=goes).values_list("hash", flat=True))
    key = uuid4()
    scene.after(hours=1)
    first = ask(scene, "NG", goes, stays, submission=key)
    assert ask(scene, "NG", goes, stays, submission=key).event == first.event

    goes.refresh_from_db()
    stays.refresh_from_db()
    assert (goes.merged_into, goes.stage, goes.closure_reason) == (stays, CaseStage.CLOSED, ClosureReason.DUPLICATE)
    last = Custody.objects.filter(case=goes).latest("seq")
    assert (last.institution, last.reason) == (None, CustodyReason.MERGED)
    assert goes.holder is None
    assert stays.holder == scene.institutions["NG"]
    assert list(CaseEvent.objects.filter(case=goes).values_list("hash", flat=True))[: len(before)] == before
    assert not Deadline.objects.filter(case=goes, state=DeadlineState.OPEN).exists()
    assert Handover.objects.get(case=goes).state == "discarded"
    assert Safeguard.NO_FAMILY_CONTACT in safeguards(stays)
    assert stays.immediate_danger
    assert [row.country_id for row in stays.person.blocked.all()] == ["IT"]
    assert list(findings()) == []


def test_another_holder_is_asked_and_says_yes():
    scene = two_countries()
    theirs, mine = open_case(scene, "NE"), open_case(scene, "NG")
    ask(scene, "NG", mine, theirs)
    mine.refresh_from_db()
    assert mine.merged_into is None, "nothing is joined before the other holder agrees"
    asked = Proposal.objects.get(action=Action.MERGE)
    assert Notice.objects.filter(kind="merge_asked", user=scene.users["NE"]).exists()
    assert not Notice.objects.filter(kind="merge_asked", user=scene.users["NG"]).exists()
    with scene.clock():
        with pytest.raises(NothingProposed):
            merge.answer(scene.actor("IT"), asked.pk, yes=True, submission=uuid4())
        merge.answer(scene.actor("NE"), asked.pk, yes=True, submission=uuid4())
        with pytest.raises(NothingProposed):
            merge.answer(scene.actor("NE"), asked.pk, yes=True, submission=uuid4())
    mine.refresh_from_db()
    assert mine.merged_into == theirs
    assert list(findings()) == []


def test_a_no_changes_nothing():
    scene = two_countries()
    theirs, mine = open_case(scene, "NE"), open_case(scene, "NG")
    ask(scene, "NG", mine, theirs)
    asked = Proposal.objects.get(action=Action.MERGE)
    with scene.clock():
        merge.answer(scene.actor("NE"), asked.pk, yes=False, submission=uuid4())
    asked.refresh_from_db()
    mine.refresh_from_db()
    assert (asked.state, mine.merged_into) == (ProposalState.DROPPED, None)


def test_asking_for_a_file_that_is_not_there_looks_the_same():
    scene = two_countries()
    mine, other = open_case(scene), open_case(scene)
    theirs = open_case(scene, "NE")
    nothing = ask(scene, "NG", mine, "ZZZZZZZZ")
    something = ask(scene, "NG", other, theirs)
    assert (nothing.event.kind, nothing.event.code) == (something.event.kind, something.event.code)


def test_a_file_with_an_open_handover_is_not_joined():
    scene = two_countries()
    stays, goes = open_case(scene), open_case(scene)
    advance(scene, ready_draft(scene, goes), "offered")
    for ending, into in ((goes, stays), (stays, goes)):
        with pytest.raises(FilesNotJoinable):
            ask(scene, "NG", ending, into)
    with pytest.raises(NotAllowed):
        ask(scene, "NE", goes, stays)


def test_a_file_is_not_joined_with_itself_or_with_one_that_ended():
    scene = two_countries()
    stays, goes = open_case(scene), open_case(scene)
    assert ask(scene, "NG", goes, goes).event.kind == "merge_asked"
    goes.refresh_from_db()
    assert goes.merged_into is None
    ask(scene, "NG", goes, stays)
    third = open_case(scene)
    assert ask(scene, "NG", third, goes).event.kind == "merge_asked", "the ended file has no holder to ask"
    third.refresh_from_db()
    assert third.merged_into is None


def test_what_was_proposed_about_a_file_is_void_when_somebody_else_answers_for_the_person():
    scene = two_countries()
    mine, theirs = open_case(scene, "NG"), open_case(scene, "IT")
    ask(scene, "NG", mine, theirs)
    with scene.clock():
        closing.close(scene.actor("NG"), mine.pk, {"reason": "not_trafficked"}, submission=uuid4())
    merging, ending = Proposal.objects.order_by("pk")
    assert merging.state == ending.state == ProposalState.OPEN
    advance(scene, ready_draft(scene, mine), "received")

    assert set(Proposal.objects.values_list("state", flat=True)) == {ProposalState.DROPPED}
    with scene.clock(), pytest.raises(NothingProposed):
        merge.answer(scene.actor("IT"), merging.pk, yes=True, submission=uuid4())
    mine.refresh_from_db()
    assert (mine.holder, mine.merged_into) == (scene.institutions["NE"], None), "Niger was not asked"


def test_a_file_ends_while_another_institution_waits_to_join_its_own_with_it():
    """In the browser, where the second wall stands: the proposal belongs to a file that Niger has not opened."""
    scene = two_countries()
    theirs, mine = open_case(scene, "NE"), open_case(scene, "NG")
    ask(scene, "NG", mine, theirs)
    answers = {"reason": "wish", "contact_later": scene.institutions["NE"].pk}
    assert Seat(scene, "NE").post(f"/people/{theirs.person.public_code}/close/", **answers).status_code == 302
    theirs.refresh_from_db()
    assert theirs.stage == CaseStage.CLOSED
    assert Proposal.objects.get().state == ProposalState.DROPPED
    assert list(findings()) == []


def test_whoever_receives_the_other_file_is_asked_anew():
    scene = two_countries("NG", "NE", "IT")
    theirs, mine = open_case(scene, "NG"), open_case(scene, "IT")
    ask(scene, "IT", mine, theirs)
    handover = advance(scene, ready_draft(scene, theirs), "departed")
    scene.after(hours=1)
    arrived = moment("arrived_at", scene.moment().at - timedelta(minutes=30))
    form = {
        "version": handover.version,
        "received_by": "Duty officer",
        "arrived_safely": "yes",
        "person_content": "yes",
    }
    response = Seat(scene, "NE").post(f"/handovers/{handover.reference}/receive/", **form, **arrived)
    assert response.status_code == 302
    assert Proposal.objects.get().state == ProposalState.DROPPED, (
        "Nigeria was asked and does not answer for her any more"
    )

    scene.after(hours=limits.CORRECT_RECEIPT_WITHIN.hours + 1)
    ask(scene, "IT", mine, theirs)
    with scene.clock():
        merge.answer(scene.actor("NE"), Proposal.objects.latest("pk").pk, yes=True, submission=uuid4())
    mine.refresh_from_db()
    assert mine.merged_into == theirs


def test_whose_file_ended_is_told_of_that_file_alone():
    scene = two_countries()
    theirs, mine = open_case(scene, "NE"), open_case(scene, "NG")
    ask(scene, "NG", mine, theirs)
    with scene.clock():
        merge.answer(scene.actor("NE"), Proposal.objects.get().pk, yes=True, submission=uuid4())
    told = Notice.objects.filter(user=scene.users["NG"], kind=Action.MERGE)
    assert [notice.case_id for notice in told] == [mine.pk], "the code word of the other file is not theirs to read"
