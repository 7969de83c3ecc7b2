"""Whom the person keeps out: recorded with a reason, enforced everywhere, lifted again; the record keeps all of it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from referral import errors
from referral.enums import Action, Compartment, InstitutionKind
from referral.models import BlockedRecipient, Case, CaseEvent, EventPayload, Person, Seal
from referral.selectors.facts import contact_view
from referral.services import care
from tests.factories import make_institution
from tests.scenes import Scene, advance, depart_facts, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db

WHY = "A cousin works there."


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE", "IT")


def block(scene: Scene, case: Case, who: str = "NG", **facts: Any) -> Any:
    with scene.clock():
        return care.block_recipient(scene.actor(who), case.pk, {"reason": WHY} | facts, submission=uuid4())


def lift(scene: Scene, case: Case, row: BlockedRecipient, who: str = "NG", reason: str = "They made up.") -> Any:
    with scene.clock():
        return care.lift_block(scene.actor(who), case.pk, row.pk, {"reason": reason}, submission=uuid4())


def test_a_country_is_kept_out_and_let_learn_again_and_the_record_keeps_both(scene: Scene) -> None:
    case = open_case(scene)
    event = block(scene, case, country="NE").event
    row = BlockedRecipient.objects.get()
    assert (row.person, row.country_id, row.institution, row.reason) == (case.person, "NE", None, WHY)
    assert contact_view(Case.objects.get(pk=case.pk)).blocked == {"NE"}
    assert (event.kind, event.code, event.compartment) == ("block_recipient", "NE", Compartment.D7)
    assert EventPayload.objects.get(event=event).content["content"] == {"country": "NE", "reason": WHY}
    event = lift(scene, case, row).event
    assert not BlockedRecipient.objects.exists()
    assert (event.kind, event.code, event.compartment) == ("lift_block", "NE", Compartment.D7)
    assert EventPayload.objects.get(event=event).content["content"] == {"country": "NE", "reason": "They made up."}


def test_an_institution_is_named_by_its_kind_in_the_row_of_the_event_and_by_its_key_in_what_can_be_erased(
    scene: Scene,
) -> None:
    case, shelter = open_case(scene), make_institution(scene.registry, "NG", kind=InstitutionKind.SHELTER)
    event = block(scene, case, institution=shelter).event
    assert event.code == "shelter"
    assert EventPayload.objects.get(event=event).content["content"]["institution"] == shelter.pk
    with scene.clock(), pytest.raises(errors.RecipientBlocked):
        care.assign(scene.actor("NG"), case.pk, {"kind": "shelter", "institution": shelter}, submission=uuid4())


def test_what_is_missing_double_or_answers_for_the_person_is_refused(scene: Scene) -> None:
    case = open_case(scene)
    block(scene, case, country="NE")
    niger = scene.institutions["NE"]
    for refusal, facts in (
        (errors.RecipientBlockedAlready, {"country": "NE"}),
        (errors.AnswersForThePerson, {"country": "NG"}),
        (errors.AnswersForThePerson, {"institution": scene.institutions["NG"]}),
        (errors.FactMissing, {}),
        (errors.FactMissing, {"country": "IT", "institution": niger}),
        (errors.FactMissing, {"country": "IT", "reason": " "}),
    ):
        with pytest.raises(refusal):
            block(scene, case, **facts)
    block(scene, case, institution=niger)
    assert BlockedRecipient.objects.count() == 2
    with pytest.raises(errors.FactMissing):
        lift(scene, case, BlockedRecipient.objects.earliest("pk"), reason="")
    assert BlockedRecipient.objects.count() == 2


def test_only_whoever_records_facts_of_this_person_keeps_out_and_lifts(scene: Scene) -> None:
    case, other = open_case(scene), open_case(scene)
    for who in ("NE", "NG-child"):
        with pytest.raises(errors.NotAllowed):
            block(scene, case, who, country="IT")
    block(scene, other, country="IT")
    with pytest.raises(BlockedRecipient.DoesNotExist):
        lift(scene, case, BlockedRecipient.objects.get())
    assert CaseEvent.objects.filter(kind__in=("block_recipient", "lift_block")).count() == 1


def test_an_old_version_is_refused_and_the_same_form_is_one_act(scene: Scene) -> None:
    case, key = open_case(scene), uuid4()
    facts = {"country": "NE", "reason": WHY}
    with scene.clock():
        for repeated in (False, True):
            found = care.block_recipient(scene.actor("NG"), case.pk, facts, submission=key, version=case.version)
            assert found.repeated is repeated
        with pytest.raises(errors.ChangedMeanwhile):
            care.block_recipient(
                scene.actor("NG"), case.pk, {"country": "IT", "reason": WHY}, submission=uuid4(), version=case.version
            )
    assert BlockedRecipient.objects.count() == 1


def test_an_open_handover_goes_no_further_once_its_receiver_is_kept_out(scene: Scene) -> None:
    handover = advance(scene, ready_draft(scene, open_case(scene)), "accepted")
    block(scene, handover.case, country="NE")
    with pytest.raises(errors.GatesClosed):
        scene.do("NG", handover, Action.DEPART, depart_facts(scene))


def test_the_next_holder_is_held_to_it_and_does_not_read_why(scene: Scene) -> None:
    """What was not disclosed stays under the seal; a corrected receipt brings it back to whoever wrote it."""
    handover = advance(scene, ready_draft(scene, open_case(scene)), "accepted")
    block(scene, handover.case, country="IT")
    advance(scene, handover, "received")
    row, case = BlockedRecipient.objects.get(), Case.objects.get(pk=handover.case_id)
    assert row.reason == ""
    assert contact_view(case).blocked == {"IT"}
    assert Seal.objects.get(handover=handover).contents["blocked"] == {str(row.pk): WHY}
    block(scene, case, "NE", country="TN", reason="Said in Niger.")
    scene.do("NE", handover, Action.ASK_CORRECTION, {"correction_reason": "Somebody else came."})
    scene.do("NG", handover, Action.AGREE_CORRECTION)
    reasons = dict(Person.objects.get(pk=case.person_id).blocked.values_list("country_id", "reason"))
    assert reasons == {"IT": WHY, "TN": ""}
