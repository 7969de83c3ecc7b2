"""Which help begins over there on the first day: the receiver says it, and nobody departs past what it did not say."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from referral.enums import Action
from referral.errors import GatesClosed
from referral.models import Handover, Service
from referral.services import care, drafts
from tests.factories import code_of
from tests.referral.views.seats import Seat, moment
from tests.scenes import (
    Scene,
    accept_facts,
    advance,
    depart_facts,
    open_case,
    ready_draft,
    receive_facts,
    two_countries,
)

pytestmark = pytest.mark.django_db

ASKED = ["shelter", "counselling", "legal"]
QUESTION = "Which help begins on the first day?"


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE")


def acknowledged(scene: Scene, compartments: tuple[str, ...] = ("D0", "D2", "D3")) -> Handover:
    """Counselling and a lawyer at home, and both are asked for over there."""
    draft = ready_draft(scene, open_case(scene))
    with scene.clock():
        for kind in ("counselling", "legal"):
            facts = {"kind": kind, "provider": draft.sender}
            care.add_service(scene.actor("NG"), draft.case_id, facts, submission=uuid4())
        told = {"needs_on_arrival": ASKED, "compartments": list(compartments)}
        drafts.save(scene.actor("NG"), draft.pk, told)
        drafts.see_preview(scene.actor("NG"), draft.pk, submission=uuid4())
    draft.refresh_from_db()
    return advance(scene, draft, "acknowledged")


def decides(scene: Scene, handover: Handover, *confirmed: str) -> Any:
    facts = {"decision": "accept", "place_confirmed": "on", "reception_contact": "Duty officer"}
    facts |= moment("reception_from_at", accept_facts(scene)["reception_from_at"])
    page = f"/handovers/{handover.reference}/decide/"
    return Seat(scene, "NE").post(page, version=handover.version, services_confirmed=confirmed, **facts)


def leaves(scene: Scene, handover: Handover) -> Any:
    plan = {"travel_means": "By bus", "travel_documents": "Emergency certificate", "escort": "Case manager"}
    plan |= moment("expected_at", depart_facts(scene)["expected_at"])
    handover.refresh_from_db()
    return Seat(scene, "NG").post(f"/handovers/{handover.reference}/travel/", version=handover.version, **plan)


def test_who_accepts_says_what_begins_on_the_first_day_and_the_departure_asks_for_the_rest(scene: Scene) -> None:
    handover = acknowledged(scene)
    form = Seat(scene, "NE").get(f"/handovers/{handover.reference}/decide/").context["form"]
    assert [kind for kind, _words in form.fields["services_confirmed"].choices] == ["counselling", "legal"]
    assert decides(scene, handover, "counselling").status_code == 302
    page = f"/handovers/{handover.reference}/"
    sender, receiver = Seat(scene, "NG").text(page), Seat(scene, "NE").text(page)
    assert "Help from the first day" in sender
    assert "Help from the first day" in receiver
    assert "Not confirmed from the first day" in sender
    assert "Not confirmed from the first day" not in receiver

    refused = leaves(scene, handover)
    assert "has not confirmed every running service from the first day" in refused.content.decode()
    needs = f"/people/{handover.case.person.public_code}/needs/"
    assert f'href="{needs}"' in refused.content.decode()
    assert "By bus" in refused.content.decode()
    lawyer = Service.objects.get(kind="legal")
    url = f"/people/{handover.case.person.public_code}/services/{code_of('service', lawyer.pk)}/end/"
    assert Seat(scene, "NG").post(url, end_reason="A lawyer in Niamey takes over in a week.").status_code == 302
    assert leaves(scene, handover).status_code == 302
    scene.after(hours=5)
    here = {"received_by": "Duty officer", "arrived_safely": "yes", "person_content": "yes"}
    here |= moment("arrived_at", receive_facts(scene)["arrived_at"])
    handover.refresh_from_db()
    arrived = Seat(scene, "NE").post(f"/handovers/{handover.reference}/receive/", version=handover.version, **here)
    assert arrived.status_code == 302
    assert set(Service.objects.values_list("state", flat=True)) == {"ended"}
    asked = Seat(scene, "NE").get(needs).context["care"].asked
    assert {row.kind.value: row.confirmed for row in asked} == {"shelter": True, "counselling": True, "legal": False}
    assert "Your country confirmed it from the first day." in Seat(scene, "NE").text(needs)


def test_nothing_is_asked_of_the_receiver_that_its_packet_did_not_tell(scene: Scene) -> None:
    handover = acknowledged(scene, ("D0", "D3"))
    page = Seat(scene, "NE").text(f"/handovers/{handover.reference}/decide/")
    assert QUESTION not in page
    assert "Counselling" not in page
    assert decides(scene, handover).status_code == 302
    with pytest.raises(GatesClosed):
        scene.do("NG", handover, Action.DEPART, depart_facts(scene))


def test_a_kind_that_was_not_asked_for_is_refused_on_the_page_and_left_out_by_the_service(scene: Scene) -> None:
    handover = acknowledged(scene)
    refused = decides(scene, handover, "counselling", "income")
    assert refused.context["form"].errors["services_confirmed"]
    assert "Duty officer" in refused.content.decode()
    scene.do("NE", handover, Action.ACCEPT, accept_facts(scene, services_confirmed=["legal", "income", "nothing"]))
    handover.refresh_from_db()
    assert handover.services_confirmed == ["legal"]


@pytest.mark.parametrize("conditions", [False, True])
def test_an_acceptance_that_says_nothing_confirms_nothing_and_one_taken_back_is_asked_anew(
    scene: Scene, conditions: bool
) -> None:
    handover = acknowledged(scene)
    if conditions:
        scene.do("NE", handover, Action.PUT_CONDITIONS, accept_facts(scene, conditions=["escort"]))
        scene.do("NG", handover, Action.AGREE_CONDITIONS, {"person_agrees": True})
    else:
        scene.do("NE", handover, Action.ACCEPT, accept_facts(scene))
    handover.refresh_from_db()
    assert handover.services_confirmed == []
    with pytest.raises(GatesClosed):
        scene.do("NG", handover, Action.DEPART, depart_facts(scene))
    scene.do("NE", handover, Action.REVOKE, {"revoke_reason": "capacity"})
    handover.refresh_from_db()
    assert handover.services_confirmed is None
    scene.do("NE", handover, Action.ACCEPT, accept_facts(scene, services_confirmed=ASKED))
    handover.refresh_from_db()
    assert advance(scene, handover, "departed").state == "departed"


def test_who_accepted_before_this_was_asked_is_taken_at_its_word(scene: Scene) -> None:
    handover = advance(scene, acknowledged(scene), "accepted")
    Handover.objects.filter(pk=handover.pk).update(services_confirmed=None)
    assert leaves(scene, handover).status_code == 302
