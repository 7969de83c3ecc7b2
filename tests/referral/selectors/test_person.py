"""Records are read by compartment and by the country that wrote them."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from referral.actor import Actor, actor_of
from referral.enums import InstitutionKind, Role
from referral.models import Case, Release
from referral.selectors import person as rows
from referral.selectors.cases import case_by_code
from referral.services import care, referrals
from tests.factories import make_institution, make_member, make_user
from tests.scenes import Scene, advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE")


def with_care(scene: Scene) -> Case:
    case = open_case(scene)
    shelter = make_institution(scene.registry, "NG", kind=InstitutionKind.SHELTER)
    actor = scene.actor("NG")
    with scene.clock():
        care.add_need(actor, case.pk, {"kind": "medical", "urgency": "urgent"}, submission=uuid4())
        care.add_service(
            actor, case.pk,
            {"kind": "shelter", "provider": shelter, "until_at": scene.moment().at + timedelta(days=1), "end_reason": "full"},
            submission=uuid4(),
        )  # fmt: skip
        service = rows.services(actor, case)[0]
        care.end_service(actor, case.pk, service.pk, {"end_reason": "moves"}, submission=uuid4())
        care.record_legal(actor, case.pk, {"kind": "permit", "state": "open"}, submission=uuid4())
    return case


def everything(actor: Actor, case: Case) -> dict[str, object]:
    return {
        "needs": rows.needs(actor, case), "services": rows.services(actor, case), "risk": rows.latest_risk(actor, case),
        "screening": rows.latest_screening(actor, case), "consents": rows.consents(actor, case),
        "legal": rows.legal_tracks(actor, case), "team": rows.working(actor, case),
    }  # fmt: skip


def test_the_holder_reads_what_its_country_wrote(scene: Scene) -> None:
    case = with_care(scene)
    ready_draft(scene, case)
    assert all(everything(scene.actor("NG"), case).values())


def test_what_was_not_disclosed_stays_sealed_after_the_handover(scene: Scene) -> None:
    case = with_care(scene)
    advance(scene, ready_draft(scene, case), "received")
    receiver = scene.actor("NE")
    held = case_by_code(receiver, case.person.public_code)
    assert rows.sees_in_full(receiver, held)
    found = everything(receiver, held)
    found.pop("team")
    assert not any(found.values())
    assert rows.packet_received(receiver, held) is not None


def test_the_sender_reads_no_packet_as_received(scene: Scene) -> None:
    case = with_care(scene)
    advance(scene, ready_draft(scene, case), "received")
    assert rows.packet_received(scene.actor("NG"), case) is None
    assert not rows.sees_in_full(scene.actor("NG"), case_by_code(scene.actor("NG"), case.person.public_code))


def test_a_service_provider_reads_no_compartment_of_the_file(scene: Scene) -> None:
    case = with_care(scene)
    shelter = make_institution(scene.registry, "NG", kind=InstitutionKind.SHELTER)
    user = make_user()
    make_member(shelter, Role.SERVICE_PROVIDER, user=user)
    with scene.clock():
        care.assign(scene.actor("NG"), case.pk, {"kind": "shelter", "institution": shelter}, submission=uuid4())
    provider = actor_of(user, wall=scene.wall)
    assert provider is not None
    assert rows.sees_in_full(provider, case_by_code(provider, case.person.public_code))
    found = everything(provider, case)
    found.pop("team")
    assert not any(found.values())


def test_deadlines_of_other_countries_are_not_listed(scene: Scene) -> None:
    case = open_case(scene)
    advance(scene, ready_draft(scene, case), "offered")
    ours = {row.kind for row in rows.owed(scene.actor("NG"), case)}
    assert {"acknowledge", "decide", "review_risk"} <= ours
    theirs = {row.kind for row in rows.owed(scene.actor("NE"), case)}
    assert theirs == {"acknowledge", "decide"}


def test_the_chain_has_no_hole(scene: Scene) -> None:
    case = open_case(scene)
    advance(scene, ready_draft(scene, case), "received")
    links = rows.chain(case_by_code(scene.actor("NE"), case.person.public_code))
    assert [link.country for link in links] == ["NG", "NE"]
    assert links[0].until == links[1].since
    assert links[1].until is None


def test_what_the_packet_asked_for_is_offered_until_it_is_written_down(scene: Scene) -> None:
    case = open_case(scene)
    advance(scene, ready_draft(scene, case), "received")
    receiver = scene.actor("NE")

    def asked() -> list[str]:
        return rows.asked_on_arrival(receiver, case_by_code(receiver, case.person.public_code))

    assert asked() == ["shelter"]
    with scene.clock():
        care.add_need(receiver, case.pk, {"kind": "shelter", "urgency": "urgent"}, submission=uuid4())
    assert asked() == []
    assert rows.asked_on_arrival(scene.actor("NG"), case) == []


def test_a_release_waits_in_the_country_that_takes_the_person_over(scene: Scene) -> None:
    case = open_case(scene)
    police = make_institution(scene.registry, "NG", kind=InstitutionKind.POLICE)
    Release.objects.create(
        case=case, held_by=police, released_to=scene.institutions["NG"], requested_at=scene.moment().at
    )
    assert rows.open_release(scene.actor("NG"), case) is not None
    assert rows.open_release(scene.actor("NE"), case) is None


def test_a_person_comes_with_all_rows_around_it_in_two_queries(scene: Scene) -> None:
    case = with_care(scene)
    advance(scene, ready_draft(scene, case), "offered")
    actor = scene.actor("NG")
    with CaptureQueriesContext(connection) as asked:
        found = case_by_code(actor, case.person.public_code)
        brought = everything(actor, found) | {"handover": rows.open_handover(actor, found)}
        brought |= {"packet": found.handovers.all()[0].packet.contents, "links": list(found.person.links.all())}
    assert len(asked) == 4, "case, institutions, and the needs and decisions that their own pages read"
    plain = Case.objects.get(pk=case.pk)
    assert everything(actor, plain) == {name: brought[name] for name in everything(actor, plain)}
    for name in ("whereabouts", "custody", "risks", "services", "handovers"):
        for brought_row, row in zip(getattr(found, name).all(), getattr(plain, name).all(), strict=True):
            for column in row._meta.concrete_fields:
                assert getattr(brought_row, column.attname) == getattr(row, column.attname), (name, column.attname)


def test_whom_a_former_holder_asked_for_help_stays_with_it(scene: Scene) -> None:
    case = open_case(scene)
    clinic = make_institution(scene.registry, "NG", kind=InstitutionKind.HEALTH)
    asked = {"provider": clinic, "kind": "medical", "compartments": [], "person_agrees": True}
    with scene.clock():
        referrals.send(scene.actor("NG"), case.pk, asked, submission=uuid4())
    assert clinic in {row.recipient for row in rows.disclosures(scene.actor("NG"), case)}
    advance(scene, ready_draft(scene, case), "received")
    assert {row.recipient for row in rows.disclosures(scene.actor("NE"), case)} == {scene.institutions["NE"]}
