"""Whoever sees identity is in the record: each time, with the fields, before anything is decrypted."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection

from common.cipher import NotAuthentic
from referral.enums import Action, Role
from referral.errors import GatesClosed, NotAllowed, RegistryEnded
from referral.models import CaseEvent, FrozenIdentity, HomeReferral, PersonIdentity, Seal
from referral.selectors.identity import sealed_in, sent_by, told_in, values_of
from referral.selectors.invariants import findings
from referral.services import care, identity
from tests.referral.desks import seat
from tests.referral.identities import (
    IDENTITY,
    TOLD,
    WORDS,
    draft_with_identity,
    open_identified,
    permit,
    refer_with_identity,
)
from tests.scenes import Scene, advance, ready_draft, two_countries

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE")


def looks(scene: Scene) -> list[CaseEvent]:
    return list(CaseEvent.objects.filter(registry=scene.registry, kind="identity_shown").order_by("pk"))


def test_every_look_is_an_event_with_who_when_and_which_fields(scene: Scene) -> None:
    case = open_identified(scene)
    with scene.clock():
        first = identity.show(scene.actor("NG"), case.pk)
        identity.show(scene.actor("NG"), case.pk)
    assert first == {"name": IDENTITY["name"], "birth_date": "1984-02-29", "contact": IDENTITY["contact"]}
    one, _two = looks(scene)
    assert (one.user, one.role, one.compartment) == (scene.users["NG"], "focal_point", "D1")
    assert one.payload.content["content"] == {"fields": ["birth_date", "contact", "name"]}
    assert not any(word in str(event.payload.content) for event in looks(scene) for word in WORDS)
    assert list(findings()) == []


def test_the_exact_location_is_for_those_who_read_it(scene: Scene) -> None:
    case = open_identified(scene)
    with scene.clock():
        guard = scene.institutions["NG-child"]
        care.assign(scene.actor("NG"), case.pk, {"kind": "child_protection", "institution": guard}, submission=uuid4())
        assert "exact_location" not in identity.show(scene.actor("NG"), case.pk)
        assert identity.show(scene.actor("NG-child"), case.pk)["exact_location"] == IDENTITY["exact_location"]
    assert [("exact_location" in event.payload.content["content"]["fields"]) for event in looks(scene)] == [False, True]


def test_who_may_not_look_is_refused_and_nothing_stands_in_the_record(scene: Scene) -> None:
    case = open_identified(scene)
    seat(scene, Role.JUSTICE_LIAISON)
    for name in ("NE", Role.JUSTICE_LIAISON):
        with scene.clock(), pytest.raises(NotAllowed):
            identity.show(scene.actor(name), case.pk)
    assert looks(scene) == []


def test_after_the_exercise_nobody_looks_unrecorded(scene: Scene) -> None:
    case = open_identified(scene)
    scene.registry.state = "ended"
    scene.registry.save(update_fields=["state"])
    with scene.clock(), pytest.raises(RegistryEnded):
        identity.show(scene.actor("NG"), case.pk)


def test_what_does_not_open_was_still_looked_at(scene: Scene) -> None:
    case = open_identified(scene)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE referral_personidentity SET name = contact WHERE person_id = %s", [case.person_id])
    with scene.clock(), pytest.raises(NotAuthentic):
        identity.show(scene.actor("NG"), case.pk)
    assert len(looks(scene)) == 1


def test_what_was_sent_is_read_by_both_sides_with_an_event_each(scene: Scene) -> None:
    handover = advance(scene, draft_with_identity(scene, open_identified(scene)), "offered")
    with scene.clock():
        assert identity.show_sent(scene.actor("NE"), handover, ["name"]) == {"name": IDENTITY["name"]}
        assert identity.show_sent(scene.actor("NG"), handover, ["name", "birth_date"]) == TOLD
    one, two = looks(scene)
    assert [(event.handover, event.institution) for event in (one, two)] == [
        (handover, scene.institutions["NE"]),
        (handover, scene.institutions["NG"]),
    ]
    assert one.payload.content["content"] == {"fields": ["name"], "handover": handover.reference}


def test_a_recalled_packet_shows_its_identity_to_nobody_new(scene: Scene) -> None:
    handover = draft_with_identity(scene, open_identified(scene))
    with scene.clock(), pytest.raises(NotAllowed):
        identity.show_sent(scene.actor("NE"), handover, ["name"])
    assert looks(scene) == []


def test_the_packet_keeps_what_was_sent_when_the_person_changes(scene: Scene) -> None:
    handover = advance(scene, draft_with_identity(scene, open_identified(scene)), "offered")
    PersonIdentity.objects.filter(person=handover.case.person_id).update(name="Changed later")
    assert sent_by(handover) == TOLD


def test_a_changed_identity_asks_for_another_look_at_the_packet(scene: Scene) -> None:
    handover = draft_with_identity(scene, open_identified(scene))
    PersonIdentity.objects.filter(person=handover.case.person_id).update(name="Changed since")
    with pytest.raises(GatesClosed):
        scene.do("NG", handover, Action.OFFER)


def test_a_supplement_holds_of_the_identity_only_what_was_not_sent(scene: Scene) -> None:
    handover = draft_with_identity(scene, open_identified(scene))
    advance(scene, handover, "accepted")
    PersonIdentity.objects.filter(person=handover.case.person_id).update(name="Second Nameson", contact="elsewhere")
    permit(scene, handover.case, ["D1", "D2", "D3"])
    scene.do("NG", handover, Action.SUPPLEMENT, {"compartments_more": ["D1"], "supplement_note": "Her name."})
    supplement = handover.supplements.get()
    assert set(supplement.contents["D1"]) == {"name"}
    assert values_of(supplement.frozen_identity) == {"name": "Second Nameson"}
    assert sent_by(handover) == {"name": "Second Nameson", "birth_date": "1984-02-29"}


def test_seal_receipt_and_correction_give_back_exactly_what_was_there(scene: Scene) -> None:
    handover = advance(scene, draft_with_identity(scene, open_identified(scene)), "departed")
    person = handover.case.person_id
    before = values_of(PersonIdentity.objects.get(person=person))
    advance(scene, handover, "received")
    kept = {"contact": IDENTITY["contact"], "exact_location": IDENTITY["exact_location"]}
    assert sealed_in(Seal.objects.get()) == kept
    assert values_of(PersonIdentity.objects.get(person=person)) == TOLD
    PersonIdentity.objects.filter(person=person).update(contact="written there")
    scene.do("NE", handover, Action.ASK_CORRECTION, {"correction_reason": "Somebody else came."})
    scene.do("NG", handover, Action.AGREE_CORRECTION)
    assert values_of(PersonIdentity.objects.get(person=person)) == before


def test_a_former_holder_sends_identity_from_its_seal_and_the_new_rows_take_it_in(scene: Scene) -> None:
    case = open_identified(scene)
    draft = ready_draft(scene, case)
    permit(scene, case, ["D1", "D2", "D3"])
    handover = advance(scene, draft, "received")
    assert values_of(PersonIdentity.objects.get(person=case.person_id)) == {}
    scene.do("NG", handover, Action.SUPPLEMENT, {"compartments_more": ["D1"]})
    assert sent_by(handover) == TOLD
    assert values_of(PersonIdentity.objects.get(person=case.person_id)) == TOLD


def test_a_service_that_may_know_the_name_reads_it_with_an_event(scene: Scene) -> None:
    case = open_identified(scene)
    refer_with_identity(scene, case)
    row = HomeReferral.objects.get()
    assert set(row.contents["D1"]) == set(TOLD)
    assert told_in(row) == TOLD
    with scene.clock():
        assert identity.show_told(scene.actor("NG"), row, ["name"]) == {"name": IDENTITY["name"]}
    assert looks(scene)[0].payload.content["content"] == {"fields": ["name"], "referral": row.reference}


def test_a_frozen_identity_belongs_to_one_packet_alone(scene: Scene) -> None:
    """A ciphertext of one packet does not open in another one."""
    one, other = (advance(scene, draft_with_identity(scene, open_identified(scene)), "offered") for _n in (1, 2))
    rows = [FrozenIdentity.objects.get(packet__handover=handover) for handover in (one, other)]
    rows[1].__dict__["name"] = rows[0].__dict__["name"]
    with pytest.raises(NotAuthentic):
        _ = rows[1].name
