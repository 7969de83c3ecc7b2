"""Preparing a handover: a draft tells nobody, moves nothing, and is cut to what is needed."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from referral.enums import Action, Gate
from referral.errors import (
    BothSides,
    ChangedMeanwhile,
    GatesClosed,
    NotAllowed,
    NotInThisState,
    NotTaken,
    PacketChanged,
    RecipientBlocked,
)
from referral.models import BlockedRecipient, Case, Custody, Deadline, Handover, Notice
from referral.services import care, drafts, intake
from tests.factories import make_country
from tests.scenes import ADULT, Scene, advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return two_countries()


def start(scene: Scene, case: Case, who: str = "NG", **given: Any) -> Handover:
    values: dict[str, Any] = {
        "receiver_country": "NE",
        "purpose": "safety",
        "urgency": "standard",
        "submission": uuid4(),
    } | given
    with scene.clock():
        handover = drafts.start(scene.actor(who), case.pk, **values).handover
    assert handover is not None
    return handover


def save(scene: Scene, draft: Handover, facts: dict[str, Any], who: str = "NG", **more: Any) -> Handover:
    with scene.clock():
        drafts.save(scene.actor(who), draft.pk, facts, **{"submission": uuid4()} | more)
    return Handover.objects.get(pk=draft.pk)


def test_nothing_is_shared_before_somebody_chose_it(scene: Scene) -> None:
    draft = start(scene, open_case(scene))
    assert draft.compartments == []
    assert (draft.state, draft.sender, draft.receiver) == ("draft", scene.institutions["NG"], scene.institutions["NE"])


def test_a_draft_tells_nobody_and_moves_nothing(scene: Scene) -> None:
    case = open_case(scene)
    before = Notice.objects.count()
    draft = start(scene, case)
    assert Notice.objects.count() == before
    assert Custody.objects.filter(case=case).count() == 1
    owed = Deadline.objects.get(handover=draft)
    assert (owed.kind, owed.owes) == ("stale_draft", scene.institutions["NG"])


def test_a_case_is_taken_before_it_is_handed_on(scene: Scene) -> None:
    with scene.clock():
        case = intake.open_case(scene.actor("NG"), ADULT, submission=uuid4()).case
    with pytest.raises(NotTaken):
        start(scene, case)


def test_no_draft_towards_oneself_or_a_blocked_country(scene: Scene) -> None:
    case = open_case(scene)
    with pytest.raises(BothSides):
        start(scene, case, receiver_country="NG")
    BlockedRecipient.objects.create(person=case.person, institution=scene.institutions["NE"])
    with pytest.raises(RecipientBlocked):
        start(scene, case)
    assert not Handover.objects.exists()


def test_a_country_without_a_seat_receives_outside(scene: Scene) -> None:
    make_country("MR")
    draft = start(scene, open_case(scene), receiver_country="MR")
    assert (draft.outside, draft.receiver, draft.receiver_country_id) == (True, None, "MR")


def test_only_the_holder_prepares(scene: Scene) -> None:
    case = open_case(scene)
    for who in ("NE", "NG-child"):
        with pytest.raises(NotAllowed):
            start(scene, case, who)


def test_changing_what_the_packet_shows_asks_for_a_new_preview(scene: Scene) -> None:
    draft = ready_draft(scene, open_case(scene))
    assert draft.preview_seen_at is not None
    assert save(scene, draft, {"message": "Hello."}).preview_seen_at is not None
    assert save(scene, draft, {"safety_plan": draft.safety_plan}).preview_seen_at is not None, "nothing changed"
    assert save(scene, draft, {"compartments": ["D0", "D2"]}).preview_seen_at is None


def test_a_place_is_confirmed_by_somebody_at_an_instant_or_not_at_all(scene: Scene) -> None:
    draft = start(scene, open_case(scene))
    assert save(scene, draft, {"capacity_confirmed_by": "Duty officer"}).capacity_confirmed_at == scene.moment().at
    assert save(scene, draft, {"capacity_confirmed_by": ""}).capacity_confirmed_at is None


def test_only_the_steps_of_a_draft_are_saved(scene: Scene) -> None:
    draft = start(scene, open_case(scene))
    found = save(scene, draft, {"state": "received", "sender_id": 1, "feedback": "x", "message": "Hello."})
    assert (found.state, found.sender, found.feedback, found.message) == (
        "draft",
        scene.institutions["NG"],
        "",
        "Hello.",
    )


def test_what_was_sent_is_saved_no_more(scene: Scene) -> None:
    handover = advance(scene, ready_draft(scene, open_case(scene)), "offered")
    with pytest.raises(NotInThisState):
        save(scene, handover, {"message": "Too late."})
    with scene.clock(), pytest.raises(NotInThisState):
        drafts.see_preview(scene.actor("NG"), handover.pk, submission=uuid4())


def test_a_step_made_from_an_older_draft_is_refused(scene: Scene) -> None:
    draft = start(scene, open_case(scene))
    save(scene, draft, {"message": "First."}, who="NG-deputy")
    with pytest.raises(ChangedMeanwhile):
        save(scene, draft, {"message": "Second."}, version=draft.version)


def test_the_receiver_saves_no_draft_of_the_sender(scene: Scene) -> None:
    draft = start(scene, open_case(scene))
    with pytest.raises(Handover.DoesNotExist):
        save(scene, draft, {"message": "Mine."}, who="NE")


def test_the_person_is_a_child_at_the_offer_when_the_file_says_so(scene: Scene) -> None:
    draft = ready_draft(scene, open_case(scene))
    assert scene.do("NG", draft, Action.OFFER).handover.child is False


def test_a_fact_that_changes_after_the_preview_asks_for_another_look(scene: Scene) -> None:
    case = open_case(scene)
    draft = ready_draft(scene, case)
    with scene.clock():
        care.record_person(scene.actor("NG"), case.pk, {"wishes": "To study."}, submission=uuid4())
    with pytest.raises(GatesClosed) as refused:
        scene.do("NG", draft, Action.OFFER)
    assert refused.value.gates == (Gate.PREVIEW,)
    with scene.clock():
        drafts.see_preview(scene.actor("NG"), draft.pk, submission=uuid4())
    assert scene.do("NG", draft, Action.OFFER).handover.state == "offered"


def test_a_look_counts_for_what_was_on_the_page_and_nothing_else(scene: Scene) -> None:
    case = open_case(scene)
    draft = ready_draft(scene, case)
    seen = drafts.preview_digest(Handover.objects.get(pk=draft.pk), scene.moment().at)
    with scene.clock():
        care.record_person(scene.actor("NG"), case.pk, {"wishes": "To study."}, submission=uuid4())
        with pytest.raises(PacketChanged):
            drafts.see_preview(scene.actor("NG"), draft.pk, seen=seen, submission=uuid4())
        with pytest.raises(ChangedMeanwhile):
            drafts.see_preview(scene.actor("NG"), draft.pk, version=draft.version - 1, submission=uuid4())
        now = drafts.preview_digest(Handover.objects.get(pk=draft.pk), scene.moment().at)
        drafts.see_preview(scene.actor("NG"), draft.pk, seen=now, submission=uuid4())
    draft.refresh_from_db()
    assert draft.preview_digest == now != seen
