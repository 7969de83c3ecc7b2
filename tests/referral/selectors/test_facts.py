"""What the pure rules are told of a case."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from referral.enums import Gate, NotCovered
from referral.gates import check
from referral.models import BlockedRecipient, Case, Enquiry, Handover
from referral.selectors.facts import blocked_countries, gap_now, gate_view, is_child, live_tracks, safeguards
from referral.services import care
from tests.factories import make_institution
from tests.scenes import Scene, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return two_countries()


def fresh(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


def test_a_ready_draft_passes_every_gate(scene: Scene) -> None:
    draft = ready_draft(scene, open_case(scene))
    view = gate_view(fresh(draft), scene.moment().at)
    assert all(result.passed for result in check(view, tuple(Gate)))
    assert (view.recipient, view.child, view.asylum) == ("NE", False, False)
    assert view.origins == {"NG"}


def test_an_answered_enquiry_counts_while_it_is_valid(scene: Scene) -> None:
    draft, at = ready_draft(scene, open_case(scene)), scene.moment().at
    row = Enquiry.objects.create(
        registry=scene.registry, case=draft.case, sender=draft.sender, receiver=draft.receiver, receiver_country_id="NE",
        reference="Q-1", state="yes", age_band="adult", sex="female",
        urgency="standard", asked_at=at, valid_until_at=at + timedelta(hours=1),
    )  # fmt: skip
    assert gate_view(fresh(draft), at).enquiry_yes
    assert not gate_view(fresh(draft), at + timedelta(hours=1)).enquiry_yes
    Enquiry.objects.filter(pk=row.pk).update(valid_until_at=None)
    assert gate_view(fresh(draft), at + timedelta(days=99)).enquiry_yes
    Enquiry.objects.filter(pk=row.pk).update(state="no")
    assert not gate_view(fresh(draft), at).enquiry_yes


@pytest.mark.parametrize(
    ("accepted", "confirmed", "matched"),
    [
        (False, None, set()),
        (False, ["medical"], set()),
        (True, None, {"medical", "shelter"}),
        (True, [], {"shelter"}),
        (True, ["medical"], {"medical", "shelter"}),
        (True, ["legal"], {"legal", "shelter"}),
    ],
    ids=["offered", "taken back", "accepted before it was asked", "the place alone", "one of them", "the other"],
)
def test_a_service_is_matched_by_what_the_receiver_confirmed_from_the_first_day(
    scene: Scene, accepted: bool, confirmed: list[str] | None, matched: set[str]
) -> None:
    draft = ready_draft(scene, open_case(scene))
    with scene.clock():
        for kind in ("medical", "shelter", "legal"):
            facts = {"kind": kind, "provider": draft.sender}
            care.add_service(scene.actor("NG"), draft.case_id, facts, submission=uuid4())
    Handover.objects.filter(pk=draft.pk).update(
        needs_on_arrival=["medical", "shelter"], place_confirmed=accepted, services_confirmed=confirmed
    )
    services = gate_view(fresh(draft), scene.moment().at).services
    assert {service.kind for service in services} == {"medical", "shelter", "legal"}
    assert {service.kind for service in services if service.matched} == matched


def test_a_blocked_focal_point_blocks_its_country_and_a_blocked_shelter_does_not(scene: Scene) -> None:
    person = open_case(scene).person
    shelter = make_institution(scene.registry, "IT", kind="shelter")
    BlockedRecipient.objects.create(person=person, institution=shelter)
    assert blocked_countries(person.blocked.all()) == frozenset()
    BlockedRecipient.objects.create(person=person, institution=scene.institutions["NE"])
    BlockedRecipient.objects.create(person=person, country_id="NG")
    assert blocked_countries(person.blocked.all()) == {"NE", "NG"}


def test_an_ended_track_is_no_longer_live(scene: Scene) -> None:
    case = open_case(scene)
    for state, live in (
        ("intended", {"asylum"}),
        ("appeal", {"asylum"}),
        ("ended", set()),
        ("open", {"asylum"}),
        ("granted", set()),
    ):
        with scene.clock():
            care.record_legal(scene.actor("NG"), case.pk, {"kind": "asylum", "state": state}, submission=uuid4())
        assert live_tracks(fresh(case)) == live
        assert ("asylum" in safeguards(fresh(case))) == bool(live)
        scene.after(hours=1)


def test_who_is_a_child_follows_from_the_row_or_from_what_came_with_a_packet(scene: Scene) -> None:
    case = open_case(scene)
    assert not is_child(fresh(case))
    Case.objects.filter(pk=case.pk).update(carried_safeguards=["presumed_minor", "unaccompanied"])
    assert is_child(fresh(case))
    assert {"presumed_minor", "unaccompanied"} <= set(safeguards(fresh(case)))


def test_covered_now_follows_the_last_place_and_the_bed(scene: Scene) -> None:
    case, at = open_case(scene), scene.moment().at
    assert gap_now(fresh(case), at) is None
    case.person.bed_until_at = at + timedelta(hours=1)
    case.person.save()
    assert gap_now(fresh(case), at) is None
    assert gap_now(fresh(case), at + timedelta(hours=1)) is NotCovered.BED_ENDED
    with scene.clock():
        care.record_whereabouts(scene.actor("NG"), case.pk, {"kind": "detained"}, submission=uuid4())
    assert gap_now(fresh(case), at) is NotCovered.DETAINED


def test_the_child_flag_of_a_handover_keeps_the_gates_of_a_child(scene: Scene) -> None:
    draft = ready_draft(scene, open_case(scene))
    Handover.objects.filter(pk=draft.pk).update(child=True)
    assert gate_view(fresh(draft), scene.moment().at).child
