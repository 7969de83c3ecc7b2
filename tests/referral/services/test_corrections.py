"""A receipt that was wrong, put right within a day; and what is sent after the packet."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from referral.enums import Action, Gate, Role
from referral.errors import CaseClosed, GatesClosed, NothingNew, NothingProposed, StillMissing, TooLateToCorrect
from referral.home_referrals import Answer
from referral.models import (
    Case,
    ContinuingTask,
    Custody,
    Deadline,
    Disclosure,
    Handover,
    HomeReferral,
    LegalTrack,
    Person,
    PersonIdentity,
    Service,
)
from referral.selectors.identity import values_of
from referral.selectors.invariants import findings
from referral.services import care, consent, drafts, referrals
from referral.services.packet import disclosed_by
from referral.services.promised_help import go_on
from tests.factories import make_institution, make_member
from tests.scenes import Scene, advance, depart_facts, open_case, ready_draft, receive_facts, two_countries

pytestmark = pytest.mark.django_db

WRONG = {"correction_reason": "Somebody else came."}


def departed(**facts: Any) -> tuple[Scene, Handover]:
    """On the way, with a service, a claim and days of reflection at home."""
    scene = two_countries()
    case = open_case(
        scene, **{"call_tonight": "The shelter.", "citizenships": ["NG"], "feared_countries": ["LY"]} | facts
    )
    handover = ready_draft(scene, case)
    shelter = make_institution(scene.registry, "NG", kind="shelter")
    actor, later = scene.actor("NG"), scene.moment().at + timedelta(days=20)
    Handover.objects.filter(pk=handover.pk).update(reflection="continues", needs_on_arrival=["shelter", "counselling"])
    with scene.clock():
        care.assign(actor, case.pk, {"kind": "shelter", "institution": shelter}, submission=uuid4())
        care.add_service(actor, case.pk, {"kind": "counselling", "provider": shelter}, submission=uuid4())
        care.record_legal(actor, case.pk, {"kind": "claim", "state": "open"}, submission=uuid4())
        track = {"kind": "reflection", "state": "open", "runs_until_at": later}
        care.record_legal(actor, case.pk, track, submission=uuid4())
        drafts.see_preview(actor, handover.pk, submission=uuid4())
    return scene, advance(scene, handover, "departed")


def as_it_was(handover: Handover) -> dict[str, Any]:
    """What the holder at home knows and does."""
    case = Case.objects.get(pk=handover.case_id)
    person = Person.objects.filter(pk=case.person_id).values().get()
    return {
        "person": {k: v for k, v in person.items() if k not in ("safe_tonight", "bed_until_at")},
        "identity": values_of(PersonIdentity.objects.get(person=case.person_id)),
        "case": [case.status, case.exploitation, case.exploited_in, case.route],
        "work": sorted(case.assignments.filter(until_at__isnull=True).values_list("kind", "institution")),
        "services": sorted(case.services.filter(state="running").values_list("kind", "institution")),
        "reflection": sorted(
            LegalTrack.objects.filter(case=case, until_at__isnull=True).values_list("kind", "state", "institution")
        ),
    }  # fmt: skip


def corrected(scene: Scene, handover: Handover) -> None:
    scene.do("NE", handover, Action.ASK_CORRECTION, WRONG)
    scene.do("NG", handover, Action.AGREE_CORRECTION)
    handover.refresh_from_db()


def test_correct_receipt_gives_back_custody_and_everything_that_was_known_and_running():
    scene, handover = departed()
    before = as_it_was(handover)
    advance(scene, handover, "received")
    first_seal = handover.seals.get()
    there = as_it_was(handover)
    assert there["services"] == there["work"] == []
    assert there["person"] != before["person"], "something was sealed, so something can come back"
    assert ContinuingTask.objects.filter(case=handover.case_id).count() == 1
    spare = ready_draft(scene, Case.objects.get(pk=handover.case_id), "NE", "IT")
    with scene.clock():
        facts = {"call_tonight": "A number in Niamey", "adaptation": "Ground floor"}
        care.record_person(scene.actor("NE"), handover.case_id, facts, submission=uuid4())
    scene.after(hours=3)
    corrected(scene, handover)

    assert as_it_was(handover) == before, "and what the other side wrote in between has left the rows"
    assert (handover.state, handover.received_at, handover.arrived_at, handover.person_content) == (
        "departed",
        None,
        None,
        "",
    )
    chain = list(
        Custody.objects.filter(case=handover.case_id).order_by("seq").values_list("reason", "institution__country")
    )
    assert chain == [("intake", "NG"), ("received", "NE"), ("corrected", "NG")]
    assert Case.objects.get(pk=handover.case_id).holder == scene.institutions["NG"]
    assert not ContinuingTask.objects.filter(case=handover.case_id).exists()
    spare.refresh_from_db()
    assert spare.state == "discarded", "its author no longer answers"
    open_now = Deadline.objects.filter(case=handover.case_id, state="open")
    assert [d.kind for d in open_now.filter(handover=handover)] == ["confirm_arrival"]
    assert not open_now.filter(owes=scene.institutions["NE"]).exclude(kind="confirm_arrival").exists()
    assert list(findings()) == []

    scene.after(hours=2)
    scene.do("NE", handover, Action.RECEIVE, receive_facts(scene))
    handover.refresh_from_db()
    assert handover.seals.count() == 2
    newest = handover.seals.latest("pk")
    assert (newest.contents["person"], newest.sealed_at > first_seal.sealed_at) == (first_seal.contents["person"], True)
    assert as_it_was(handover)["person"] == there["person"]
    assert list(findings()) == []


def test_correct_receipt_is_asked_and_agreed_within_a_day_each_and_only_by_its_side():
    scene, handover = departed()
    advance(scene, handover, "received")
    with pytest.raises(NothingProposed):
        scene.do("NG", handover, Action.AGREE_CORRECTION)
    with transaction.atomic():
        scene.after(hours=24, minutes=1)
        with pytest.raises(TooLateToCorrect):
            scene.do("NE", handover, Action.ASK_CORRECTION, WRONG)
        transaction.set_rollback(True)
    scene.after(hours=-0.1)
    scene.do("NE", handover, Action.ASK_CORRECTION, WRONG)
    owed = Deadline.objects.get(handover=handover, kind="correction", state="open")
    assert (owed.owes, owed.due_at - owed.opened_at) == (scene.institutions["NG"], timedelta(hours=24))
    with transaction.atomic():
        scene.do("NG", handover, Action.REFUSE_CORRECTION)
        handover.refresh_from_db()
        assert (handover.state, handover.correction_asked_at, handover.correction_reason) == ("received", None, "")
        transaction.set_rollback(True)
    scene.after(hours=24, minutes=1)
    with pytest.raises(TooLateToCorrect):
        scene.do("NG", handover, Action.AGREE_CORRECTION)
    handover.refresh_from_db()
    assert (handover.state, Case.objects.get(pk=handover.case_id).holder) == ("received", scene.institutions["NE"])


def test_correct_receipt_is_refused_after_an_onward_offer_even_a_withdrawn_one():
    scene, handover = departed()
    advance(scene, handover, "received")
    scene.do("NE", handover, Action.ASK_CORRECTION, WRONG)
    onward = ready_draft(scene, Case.objects.get(pk=handover.case_id), "NE", "IT")
    Handover.objects.filter(pk=onward.pk).update(reflection="continues")
    scene.do("NE", onward, Action.OFFER)
    with pytest.raises(TooLateToCorrect):
        scene.do("NG", handover, Action.AGREE_CORRECTION)
    scene.do("NE", onward, Action.WITHDRAW, {"withdraw_reason": "risk"})
    for who, action, facts in (("NG", Action.AGREE_CORRECTION, {}), ("NE", Action.ASK_CORRECTION, WRONG)):
        with pytest.raises((TooLateToCorrect, NothingProposed)):
            scene.do(who, handover, action, facts)


def permit(scene: Scene, handover: Handover, categories: list[str]) -> None:
    decision = {
        "kind": "share", "decision": "given", "purpose": "safety", "recipient_country": handover.receiver_country_id,
        "given_by": "person", "language": "en", "categories": categories,
    }  # fmt: skip
    scene.after(minutes=1)
    with scene.clock():
        consent.record(scene.actor("NG"), handover.case_id, decision, submission=uuid4())


def more(scene: Scene, handover: Handover, *compartments: str) -> dict[str, Any]:
    """What one supplement held."""
    scene.do("NG", handover, Action.SUPPLEMENT, {"compartments_more": list(compartments), "supplement_note": "News"})
    return handover.supplements.latest("pk").contents


def test_supplement_before_the_receipt_sends_what_is_new_and_permitted():
    scene, handover = departed()
    for compartment in ("D5", "D1", "D4", "D6", "D8"):
        with pytest.raises(GatesClosed) as refusal:
            more(scene, handover, compartment)
        assert refusal.value.gates == ((Gate.PERMISSION,) if compartment in ("D5", "D1") else (Gate.PREVIEW,))
    permit(scene, handover, ["D2", "D3", "D5"])
    with scene.clock():
        care.record_person(scene.actor("NG"), handover.case_id, {"wishes": "To study."}, submission=uuid4())
    sent = more(scene, handover, "D2", "D5")
    assert sent["D2"] == {"wishes": "To study."}
    assert sent["D5"]["citizenships"] == ["NG"]
    assert Disclosure.objects.filter(handover=handover, compartment="D5").get().fields == sorted(sent["D5"])
    assert disclosed_by(handover)["wishes"] == "To study."
    assert handover.case.holder == scene.institutions["NG"]


def test_supplement_after_the_receipt_comes_from_the_seal_and_fills_what_is_empty():
    scene, handover = departed()
    permit(scene, handover, ["D2", "D3", "D5"])
    advance(scene, handover, "received")
    person = Person.objects.get(pk=handover.case.person_id)
    assert (person.citizenships, person.feared_countries) == ([], [])
    Person.objects.filter(pk=person.pk).update(feared_countries=["ML"])
    sent = more(scene, handover, "D5")
    assert sent["D5"] == {"citizenships": ["NG"], "feared_countries": ["LY"]}
    person.refresh_from_db()
    assert (person.citizenships, person.feared_countries) == (["NG"], ["ML"]), "never over what the new holder wrote"
    with pytest.raises(NothingNew):
        more(scene, handover, "D5")
    assert handover.supplements.count() == 1, "nothing is sent twice"


def test_a_supplement_that_would_hold_nothing_new_is_refused_and_leaves_no_record():
    scene, handover = departed()
    with pytest.raises(NothingNew):
        more(scene, handover, "D2", "D3")
    assert not handover.supplements.exists()
    assert not Disclosure.objects.filter(handover=handover, at=scene.moment().at).exists()


def test_supplement_to_a_former_holder_fills_nothing_that_a_third_country_reads():
    scene, handover = departed()
    permit(scene, handover, ["D2", "D3", "D5"])
    advance(scene, handover, "received")
    onward = ready_draft(scene, Case.objects.get(pk=handover.case_id), "NE", "IT")
    Handover.objects.filter(pk=onward.pk).update(reflection="continues")
    advance(scene, onward, "received", "NE", "IT")
    assert more(scene, handover, "D5")["D5"]["citizenships"] == ["NG"]
    assert Person.objects.get(pk=handover.case.person_id).citizenships == []


def test_supplement_after_a_correction_comes_from_the_rows_again():
    scene, handover = departed()
    permit(scene, handover, ["D2", "D3", "D5"])
    advance(scene, handover, "received")
    corrected(scene, handover)
    with scene.clock():
        care.record_person(scene.actor("NG"), handover.case_id, {"feared_countries": ["ML"]}, submission=uuid4())
    assert more(scene, handover, "D5")["D5"] == {"citizenships": ["NG"], "feared_countries": ["ML"]}


def test_help_with_its_days_ends_with_the_receipt_and_stands_as_it_stood_when_that_was_wrong():
    """Planned, promised for later, running with a last day, and over by its day already."""
    scene, handover = departed()
    now, home = scene.moment().at, scene.institutions["NG"]
    days = timedelta(days=1)
    stood = [
        ("planned", now + days, None),
        ("confirmed", now + days, now + 9 * days),
        ("running", now - days, now + 9 * days),
        ("running", now - 9 * days, now - days),
    ]
    made = [
        Service.objects.create(
            case=handover.case,
            kind="legal",
            provider=home,
            state=state,
            since_at=since,
            until_at=until,
            institution=home,
        ).pk
        for state, since, until in stood
    ]
    services = Service.objects.filter(pk__in=made).order_by("pk")
    advance(scene, handover, "received")
    arrived = scene.moment().at
    assert list(services.values_list("state", "until_at")) == [
        ("planned", None),
        ("ended", now + days),
        ("ended", arrived),
        ("ended", now - days),
    ]
    scene.after(hours=3)
    corrected(scene, handover)
    assert list(services.values_list("state", "since_at", "until_at")) == stood


def test_a_seal_that_kept_nothing_of_the_help_gives_back_what_ended_with_the_receipt():
    scene, handover = departed()
    advance(scene, handover, "received")
    contents = handover.seals.get().contents
    assert set(contents["services"]) == {str(pk) for pk in handover.case.services.values_list("pk", flat=True)}
    go_on(handover, scene.moment().at, {})
    assert handover.case.services.get().state == "running"


def test_after_a_correction_nobody_in_the_other_country_owes_or_runs_anything():
    scene, handover = departed()
    advance(scene, handover, "received")
    actor = scene.actor("NE")
    authority = make_institution(scene.registry, "NE", kind="labour_inspection")
    clinic = make_institution(scene.registry, "NE", kind="health")
    asked = {"provider": clinic, "kind": "medical", "compartments": [], "person_agrees": True}
    with scene.clock():
        care.assign(actor, handover.case_id, {"kind": "authority", "institution": authority}, submission=uuid4())
        referrals.send(actor, handover.case_id, asked, submission=uuid4())
        care.add_service(actor, handover.case_id, {"kind": "shelter", "provider": clinic}, submission=uuid4())
    owed = Deadline.objects.filter(case=handover.case_id, state="open")
    assert {authority.pk, clinic.pk} <= set(owed.values_list("owes_id", flat=True))
    corrected(scene, handover)

    assert [(row.kind, row.owes_id) for row in owed] == [("confirm_arrival", scene.institutions["NE"].pk)]
    running = handover.case.services.filter(state="running")
    assert {service.institution.country_id for service in running} == {"NG"}


def test_services_at_home_that_a_receipt_relieved_are_asked_again_when_it_was_wrong():
    scene, handover = departed()
    actor, at_home = scene.actor("NG"), {"compartments": [], "person_agrees": True}
    clinic = make_institution(scene.registry, "NG", kind="health")
    sewing = make_institution(scene.registry, "NG", kind="ngo")
    scene.users["clinic"] = make_member(clinic, Role.HEALTH_WORKER).user
    with scene.clock():
        referrals.send(actor, handover.case_id, at_home | {"provider": clinic, "kind": "medical"}, submission=uuid4())
        first = HomeReferral.objects.get(case=handover.case_id, provider=clinic)
        referrals.send(actor, handover.case_id, at_home | {"provider": sewing, "kind": "income"}, submission=uuid4())
        referrals.answer(scene.actor("clinic"), first.pk, Answer.ACKNOWLEDGE, {}, submission=uuid4())
    asked = HomeReferral.objects.filter(case=handover.case_id).order_by("pk")
    owed = Deadline.objects.filter(case=handover.case_id, kind="referral", state="open").order_by("referral")
    before = [(row.referral_id, row.owes_id, row.due_at) for row in owed]
    advance(scene, handover, "received")
    received_at = scene.moment().at
    assert [row.state for row in asked.all()] == ["withdrawn", "withdrawn"]
    assert not owed.all().exists()
    scene.after(hours=3)
    corrected(scene, handover)

    assert [(row.state, row.closed_at) for row in asked.all()] == [("acknowledged", None), ("sent", None)]
    later = scene.moment().at - received_at
    assert [(row.referral_id, row.owes_id, row.due_at - later) for row in owed.all()] == before
    assert list(findings()) == []


def test_who_waits_because_nobody_can_find_the_person_waits_until_somebody_can():
    scene = two_countries()
    handover = advance(scene, ready_draft(scene, open_case(scene)), "accepted")
    with scene.clock():
        care.record_whereabouts(scene.actor("NG"), handover.case_id, {"kind": "missing"}, submission=uuid4())
    handover.refresh_from_db()
    assert (handover.state, handover.hold_reason) == ("held", "missing")
    with pytest.raises(StillMissing):
        scene.do("NG", handover, Action.RESUME)
    with scene.clock():
        care.record_whereabouts(scene.actor("NG"), handover.case_id, {"kind": "safe_place"}, submission=uuid4())
    scene.do("NG", handover, Action.RESUME)
    handover.refresh_from_db()
    assert handover.state == "accepted"


def test_nobody_departs_whom_nobody_can_find_whatever_else_had_put_it_on_hold():
    scene = two_countries()
    handover = advance(scene, ready_draft(scene, open_case(scene)), "accepted")
    scene.do("NG", handover, Action.HOLD, {"hold_reason": "practical"})
    with scene.clock():
        care.record_whereabouts(scene.actor("NG"), handover.case_id, {"kind": "missing"}, submission=uuid4())
    scene.do("NG", handover, Action.RESUME)
    with pytest.raises(CaseClosed):
        scene.do("NG", handover, Action.DEPART, depart_facts(scene))
    before = {"kind": "safe_place", "happened_at": scene.moment().at - timedelta(hours=1)}
    with scene.clock():
        care.record_whereabouts(scene.actor("NG"), handover.case_id, before, submission=uuid4())
    with pytest.raises(CaseClosed):
        scene.do("NG", handover, Action.DEPART, depart_facts(scene))
    with scene.clock():
        care.record_whereabouts(scene.actor("NG"), handover.case_id, {"kind": "safe_place"}, submission=uuid4())
    scene.do("NG", handover, Action.DEPART, depart_facts(scene))
