from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from referral.enums import HandoverState, NeedKind
from referral.models import Agreement, BlockedRecipient, Case, Consent, Handover, Proposal, Service
from referral.services import care, consent, drafts
from tests.factories import make_country
from tests.referral.views.seats import Seat
from tests.scenes import Scene, agree_on_sharing, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE", "IT")


@pytest.fixture
def nigeria(scene: Scene) -> Seat:
    return Seat(scene, "NG")


def place(handover: Handover, step: str = "") -> str:
    return f"/people/{handover.case.person.public_code}/handover/{handover.reference}/{step}"


def begun(scene: Scene, case: Case, *categories: str) -> Handover:
    """A draft with a permission for these categories and nothing else."""
    actor = scene.actor("NG")
    facts = {
        "kind": "share", "decision": "given", "purpose": "safety", "recipient_country": "NE", "given_by": "person", "language": "en",
        "categories": list(categories),
    }  # fmt: skip
    with scene.clock():
        if categories:
            consent.record(actor, case.pk, facts, submission=uuid4())
        draft = drafts.start(
            actor, case.pk, receiver_country="NE", purpose="safety", urgency="standard", submission=uuid4()
        ).handover
    assert draft is not None
    return draft


START: dict[str, Any] = {
    "options_compared": ["stay", "move"], "receiver_country": "NE", "purpose": "safety", "urgency": "standard",
}  # fmt: skip


def test_a_draft_begins_with_the_options_talked_through_and_leads_to_its_task_list(scene: Scene, nigeria: Seat) -> None:
    case = open_case(scene)
    response = nigeria.post(f"/people/{case.person.public_code}/handover/", **START)
    draft = Handover.objects.get()
    assert (response.status_code, response["Location"]) == (302, place(draft))
    assert draft.options_compared == ["stay", "move"]
    assert "4 of 11 ready" in nigeria.text(place(draft))


def test_the_same_start_posted_twice_makes_one_draft(scene: Scene, nigeria: Seat) -> None:
    url, key = f"/people/{open_case(scene).person.public_code}/handover/", str(uuid4())
    first = nigeria.post(url, **START, submission=key)
    again = nigeria.post(url, **START, submission=key)
    assert again["Location"] == first["Location"]
    assert Handover.objects.count() == 1
    assert "Already recorded." in nigeria.text(again["Location"])


def test_staying_is_always_one_of_the_options(scene: Scene, nigeria: Seat) -> None:
    url = f"/people/{open_case(scene).person.public_code}/handover/"
    response = nigeria.post(url, **START | {"options_compared": ["move", "return"]})
    assert response.status_code == 200
    assert "Staying here is one of them" in response.content.decode()
    assert not Handover.objects.exists()


def test_countries_to_choose_from_are_those_with_a_seat_but_ones_own(scene: Scene, nigeria: Seat) -> None:
    text = nigeria.text(f"/people/{open_case(scene).person.public_code}/handover/")
    assert text.index('<option value="IT">Italy') < text.index('<option value="NE">Niger')
    assert '<option value="NG"' not in text


def test_a_draft_begun_already_is_offered_to_go_on_with(scene: Scene, nigeria: Seat) -> None:
    draft = begun(scene, open_case(scene))
    assert place(draft) in nigeria.text(f"/people/{draft.case.person.public_code}/handover/")


def test_each_thing_that_is_missing_links_to_the_page_that_puts_it_right(scene: Scene, nigeria: Seat) -> None:
    draft = begun(scene, open_case(scene))
    text = nigeria.text(place(draft))
    code = draft.case.person.public_code
    for address in (place(draft, "care/"), place(draft, "place/"), place(draft, "preview/"), f"/people/{code}/risk/"):
        assert f'href="{address}"' in text
    assert f"/people/{code}/consent/new/?kind=move&amp;country=NE&amp;purpose=safety" in text
    assert "Cannot start yet" in text


def test_the_care_step_saves_needs_plan_and_what_becomes_of_each_service(scene: Scene, nigeria: Seat) -> None:
    case = open_case(scene)
    with scene.clock():
        for kind in ("counselling", "legal"):
            facts = {"kind": kind, "provider": scene.institutions["NG"]}
            care.add_service(scene.actor("NG"), case.pk, facts, submission=uuid4())
    draft = begun(scene, case)
    goes_on, ends = Service.objects.order_by("kind")
    answers = {
        "needs_on_arrival": ["shelter"], "safety_plan": "Sleeps in the shelter.", "medicine_lasts": "yes", "version": draft.version,
        f"service_{goes_on.pk}": "continues", f"service_{ends.pk}": "ends",
    }  # fmt: skip
    refused = nigeria.post(place(draft, "care/"), **answers)
    assert "Say why the service ends" in refused.content.decode()
    last_day = {
        f"last_day_{ends.pk}_{part}": value for part, value in (("day", "20"), ("month", "3"), ("year", "2026"))
    }
    response = nigeria.post(place(draft, "care/"), **answers, **last_day, **{f"reason_{ends.pk}": "The trial is over."})
    assert response.status_code == 302
    draft.refresh_from_db()
    ends.refresh_from_db()
    assert draft.needs_on_arrival == [NeedKind.COUNSELLING, NeedKind.SHELTER]
    assert (ends.end_reason, ends.state) == ("The trial is over.", "running")


def test_only_what_the_newest_permission_covers_can_be_ticked(scene: Scene, nigeria: Seat) -> None:
    draft = begun(scene, open_case(scene), "D2")
    text = nigeria.text(place(draft, "information/"))
    assert 'value="D2"' in text
    assert 'value="D3"' not in text
    assert "This purpose usually needs it." in text
    assert "Ask the person first" in text
    assert "The person has not permitted this for" in text
    response = nigeria.post(place(draft, "information/"), compartments=["D2", "D3"], version=draft.version)
    assert response.status_code == 200
    draft.refresh_from_db()
    assert draft.compartments == []
    nigeria.post(place(draft, "information/"), compartments=["D2"], version=draft.version)
    draft.refresh_from_db()
    assert draft.compartments == ["D0", "D2"]


def test_nothing_is_ticked_beyond_what_the_purpose_usually_needs(scene: Scene, nigeria: Seat) -> None:
    draft = begun(scene, open_case(scene), "D2", "D3", "D5", "D7", "D1")
    text = nigeria.text(place(draft, "information/"))
    for code, ticked in (("D2", True), ("D3", True), ("D5", False), ("D7", False), ("D1", False)):
        box = text[text.index(f'value="{code}"') :]
        assert ("checked" in box[: box.index(">")]) is ticked


def test_a_refused_permission_covers_nothing(scene: Scene, nigeria: Seat) -> None:
    case = open_case(scene)
    draft = begun(scene, case, "D2")
    scene.after(hours=1)
    facts = {
        "kind": "share", "decision": "refused", "purpose": "safety", "recipient_country": "NE", "given_by": "person", "language": "en",
        "categories": ["D2"],
    }  # fmt: skip
    with scene.clock():
        consent.record(scene.actor("NG"), case.pk, facts, submission=uuid4())
    assert Consent.objects.count() == 2
    assert 'type="checkbox"' not in nigeria.text(place(draft, "information/"))


def test_a_change_of_what_is_shared_asks_for_a_new_preview(scene: Scene, nigeria: Seat) -> None:
    draft = ready_draft(scene, open_case(scene))
    nigeria.post(place(draft, "information/"), compartments=["D2"], version=draft.version)
    draft.refresh_from_db()
    assert draft.preview_seen_at is None
    nigeria.post(place(draft, "preview/"))
    draft.refresh_from_db()
    assert draft.preview_seen_at is not None


def test_sending_says_what_happens_next_and_names_the_reference(scene: Scene, nigeria: Seat) -> None:
    draft = ready_draft(scene, open_case(scene))
    assert "Send to \u2068Niger\u2069</button>" in nigeria.text(place(draft, "check/"))
    response = nigeria.post(place(draft, "check/"), version=draft.version)
    assert response["Location"] == f"/handovers/{draft.reference}/sent/"
    text = nigeria.text(response["Location"])
    assert draft.reference in text
    assert "until <bdi>Niger</bdi> confirms the arrival." in text
    draft.refresh_from_db()
    assert draft.state == HandoverState.OFFERED


def test_a_draft_that_is_not_ready_cannot_be_sent_and_says_what_is_missing(scene: Scene, nigeria: Seat) -> None:
    draft = begun(scene, open_case(scene))
    assert "Before this can be sent" in nigeria.text(place(draft, "check/"))
    response = nigeria.post(place(draft, "check/"), version=draft.version)
    assert response.status_code == 200
    assert "Something still has to be in place" in response.content.decode()
    draft.refresh_from_db()
    assert draft.state == HandoverState.DRAFT


def test_what_was_typed_is_kept_when_somebody_else_saved_first(scene: Scene, nigeria: Seat) -> None:
    draft = begun(scene, open_case(scene))
    old = draft.version
    Seat(scene, "NG-deputy").post(place(draft, "place/"), capacity_confirmed_by="Deputy's contact", version=old)
    response = nigeria.post(place(draft, "place/"), capacity_confirmed_by="Officer of the shelter", version=old)
    text = response.content.decode()
    assert response.status_code == 200
    assert "Somebody has changed this" in text
    assert "Officer of the shelter" in text
    assert f'name="version" value="{old + 1}"' in text


def test_discarding_tells_nobody_and_leads_back_to_the_person(scene: Scene, nigeria: Seat) -> None:
    draft = begun(scene, open_case(scene))
    response = nigeria.post(place(draft, "discard/"), version=draft.version)
    assert response["Location"] == f"/people/{draft.case.person.public_code}/"
    draft.refresh_from_db()
    assert draft.state == HandoverState.DISCARDED


def test_a_draft_is_invisible_to_the_country_it_is_meant_for(scene: Scene) -> None:
    draft = begun(scene, open_case(scene))
    niger = Seat(scene, "NE")
    assert niger.get(place(draft)).status_code == 404
    assert niger.get(f"/handovers/{draft.reference}/").status_code == 404


def test_a_draft_under_another_persons_address_is_not_found(scene: Scene, nigeria: Seat) -> None:
    draft, other = begun(scene, open_case(scene)), open_case(scene)
    assert nigeria.get(f"/people/{other.person.public_code}/handover/{draft.reference}/").status_code == 404


def test_the_steps_of_a_handover_that_was_sent_lead_to_its_page(scene: Scene, nigeria: Seat) -> None:
    draft = ready_draft(scene, open_case(scene))
    nigeria.post(place(draft, "check/"), version=draft.version)
    assert nigeria.get(place(draft, "care/"))["Location"] == f"/handovers/{draft.reference}/"


def test_the_sheet_for_the_talk_holds_the_options_and_nothing_about_the_person(scene: Scene, nigeria: Seat) -> None:
    draft = begun(scene, open_case(scene))
    text = nigeria.text(place(draft, "sheet/"))
    assert "Stay here" in text
    assert "You decide whether you move." in text
    assert draft.case.person.code_word not in text


def test_what_leaves_is_confirmed_as_it_stood_on_the_page(scene: Scene, nigeria: Seat) -> None:
    draft = ready_draft(scene, open_case(scene))
    text = nigeria.text(place(draft, "preview/"))
    seen = text[text.index('name="seen" value="') + 19 :][:64]
    with scene.clock():
        care.record_person(scene.actor("NG"), draft.case_id, {"wishes": "To study."}, submission=uuid4())
    response = nigeria.post(place(draft, "preview/"), seen=seen, version=draft.version)
    text = response.content.decode()
    assert response.status_code == 200
    assert "What leaves has changed since you opened this page." in text
    assert "To study." in text
    assert seen not in text
    again = text[text.index('name="seen" value="') + 19 :][:64]
    assert nigeria.post(place(draft, "preview/"), seen=again, version=draft.version).status_code == 302
    assert text.count("To find a suitable place.") == 1, "a reason stands once above all fields that it explains"


def test_a_country_without_a_seat_is_offered_and_explained(scene: Scene, nigeria: Seat) -> None:
    make_country("MR")
    case = open_case(scene)
    url = f"/people/{case.person.public_code}/handover/"
    text = nigeria.text(url)
    assert text.index("Without a seat: you write down what they answer") < text.index('<option value="MR"')
    nigeria.post(url, **START | {"receiver_country": "MR"})
    draft = Handover.objects.get()
    assert draft.outside
    assert "also after the arrival" in nigeria.text(place(draft))


def test_a_blocked_country_is_refused_with_a_sentence_and_nothing_is_lost(scene: Scene, nigeria: Seat) -> None:
    case = open_case(scene)
    BlockedRecipient.objects.create(person=case.person, country_id="NE")
    response = nigeria.post(f"/people/{case.person.public_code}/handover/", **START)
    text = response.content.decode()
    assert "The person has asked that this country or institution never learns" in text
    assert '<option value="NE" selected>' in text
    assert not Handover.objects.exists()


def test_a_running_time_of_reflection_asks_how_it_is_kept(scene: Scene, nigeria: Seat) -> None:
    case = open_case(scene)
    draft = begun(scene, case)
    assert "How is it kept?" not in nigeria.text(place(draft, "options/"))
    with scene.clock():
        care.record_legal(scene.actor("NG"), case.pk, {"kind": "reflection", "state": "open"}, submission=uuid4())
    text = nigeria.text(place(draft, "options/"))
    assert "How is it kept?" in text
    assert "runs until 1 April 2026" in text, "30 days: the exercise default"
    given = {"options_compared": ["stay", "move"], "purpose": "safety", "urgency": "standard", "version": draft.version}
    assert "Say how the time of reflection is kept" in nigeria.post(place(draft, "options/"), **given).content.decode()
    assert nigeria.post(place(draft, "options/"), **given, reflection="continues").status_code == 302
    draft.refresh_from_db()
    assert draft.reflection == "continues"


def test_the_page_says_what_lets_the_information_cross_and_what_does_not(scene: Scene, nigeria: Seat) -> None:
    draft = begun(scene, open_case(scene), "D2")
    assert "An agreement in force lets the information cross this border." in nigeria.text(place(draft, "information/"))
    Agreement.objects.update(state="suspended")
    for kind in ("declaration", "justice"):
        Agreement.objects.create(registry=scene.registry, name=f"The {kind}", kind=kind).parties.set(
            [make_country("NG"), make_country("NE")]
        )
    text = nigeria.text(place(draft, "information/"))
    assert "Neither a shared law nor an agreement in force" in text
    assert "It is suspended, so it is no basis now." in text
    assert "A declaration of intent binds nobody" in text
    assert "It was made for courts and police" in text
    assert "vital_interests" not in text
    nigeria.post(place(draft, "information/"), compartments=["D2"], vital_interests="No.", version=draft.version)
    draft.refresh_from_db()
    assert draft.vital_interests == "", "only in immediate danger"
    Case.objects.update(immediate_danger=True)
    assert "vital_interests" in nigeria.text(place(draft, "information/"))
    reason = {"vital_interests": "The group knows where she is."}
    nigeria.post(place(draft, "information/"), compartments=["D2"], version=draft.version, **reason)
    draft.refresh_from_db()
    assert draft.vital_interests == "The group knows where she is."


def test_two_people_go_on_without_a_confirmed_place_in_danger(scene: Scene, nigeria: Seat) -> None:
    draft = ready_draft(scene, open_case(scene))
    Handover.objects.filter(pk=draft.pk).update(capacity_confirmed_by="", capacity_confirmed_at=None)
    url = place(draft, "place/without/")
    assert "Go on without a confirmed place" not in nigeria.text(place(draft, "place/"))
    response = nigeria.post(url, reason="She is followed.", version=draft.version)
    assert "not marked as being in immediate danger" in response.content.decode()
    Case.objects.update(immediate_danger=True)
    assert url in nigeria.text(place(draft, "place/"))
    assert "Write down why it cannot wait" in nigeria.post(url, reason="", version=draft.version).content.decode()
    assert nigeria.post(url, reason="She is followed.", version=draft.version).status_code == 302
    draft.refresh_from_db()
    assert "You have proposed this." in nigeria.text(url)
    nigeria.post(url, version=draft.version)
    draft.refresh_from_db()
    assert draft.overrides == []
    deputy = Seat(scene, "NG-deputy")
    assert "She is followed." in deputy.text(url)
    assert deputy.post(url, version=draft.version).status_code == 302
    draft.refresh_from_db()
    assert len(draft.overrides) == 1
    text = nigeria.text(place(draft, "check/"))
    assert "Conditions set aside by two people" in text
    for name in ("NG", "NG-deputy"):
        assert str(scene.users[name]) in text
    assert nigeria.post(place(draft, "check/"), version=draft.version).status_code == 302


def test_a_second_person_may_also_not_go_on_with_it(scene: Scene, nigeria: Seat) -> None:
    draft = ready_draft(scene, open_case(scene))
    Case.objects.update(immediate_danger=True)
    nigeria.post(place(draft, "place/without/"), reason="She is followed.", version=draft.version)
    draft.refresh_from_db()
    Seat(scene, "NG-deputy").post(place(draft, "place/without/drop/"), version=draft.version)
    assert Proposal.objects.get().state == "dropped"
    assert "Propose it to a second person" in nigeria.text(place(draft, "place/without/"))


def test_what_went_to_a_country_without_a_seat_stands_on_the_page_of_what_was_shared(
    scene: Scene, nigeria: Seat
) -> None:
    make_country("MR")
    agree_on_sharing(scene, "NG", "MR")
    draft = ready_draft(scene, open_case(scene), receiver="MR")
    text = nigeria.text(place(draft, "check/"))
    assert "so the system sends nothing" in text
    assert "Record as sent to" in text
    assert nigeria.post(place(draft, "check/"), version=draft.version).status_code == 302
    assert "Outside the system" in nigeria.text(f"/people/{draft.case.person.public_code}/shared/")
