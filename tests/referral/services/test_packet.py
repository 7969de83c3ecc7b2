"""What leaves, what was written down about it, and what stays behind under seal; with a canary in every field."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from referral.enums import Action, Compartment
from referral.errors import RecipientBlocked
from referral.models import (
    BlockedRecipient,
    Case,
    ChildFile,
    Consent,
    Disclosure,
    Handover,
    LegalTrack,
    Need,
    Packet,
    Person,
    PersonIdentity,
    PersonLink,
    Seal,
)
from referral.packet import FIELDS, SHAREABLE
from referral.selectors.facts import packet_contents
from referral.selectors.identity import sealed_in, sent_by
from referral.services import care, consent, drafts
from referral.services.packet import SEALED_OF_CASE, SEALED_OF_IDENTITY, SEALED_OF_PERSON
from tests.factories import make_case
from tests.scenes import Scene, advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db

LATER = datetime(2030, 5, 6, 7, 8, 9, tzinfo=UTC)
PERSON: dict[str, Any] = {
    "sex": "other", "gender": "CANARY gender", "age_low": 41, "age_high": 43, "age_basis": "document", "maybe_child": True,
    "citizenships": ["FJ"], "feared_countries": ["WS"], "languages": ["en", "CANARYLA"], "dependants": 7, "accompanied": "yes",
    "wishes": "CANARY wishes", "safe_contact": "CANARY safe contact", "needs_interpreter": True, "adaptation": "CANARY adaptation",
    "no_family_contact": True, "medicine_until_at": LATER, "bed_until_at": LATER + timedelta(hours=1), "call_tonight": "CANARY call",
    "safe_tonight": "yes",
}  # fmt: skip
IDENTITY: dict[str, Any] = {
    "name": "CANARY name", "birth_date": date(1984, 2, 29), "contact": "CANARY contact", "exact_location": "CANARY location",
}  # fmt: skip
CASE: dict[str, Any] = {
    "status": "identified",
    "exploited_in": ["TO"],
    "exploitation": "CANARY exploit",
    "route": ["VU", "KI"],
}
CANARIES = {"person": PERSON, "identity": IDENTITY, "case": CASE}
CHOSEN_AT_RECEIPT = {"safe_tonight", "bed_until_at"}
"""The receiver says these of its own at the arrival."""
SUBSETS = [[], ["D2"], ["D2", "D3"], ["D1"], ["D5"], ["D7"], ["D1", "D2", "D3", "D5", "D7"]]


def prepared(scene: Scene, compartments: list[str], *, permitted: list[str] | None = None) -> Handover:
    """A draft of a person with a canary in every field, records of every kind beside her."""
    actor = scene.actor("NG")
    case = open_case(scene)
    draft = ready_draft(scene, case)
    Person.objects.filter(pk=case.person_id).update(**PERSON)
    PersonIdentity.objects.filter(person=case.person_id).update(**IDENTITY)
    Case.objects.filter(pk=case.pk).update(**CASE)
    sibling = make_case(scene.institutions["NG"])
    Person.objects.filter(pk=sibling.person_id).update(code_word="CANARY SIBLING")
    PersonLink.objects.create(person=case.person, other=sibling.person, kind="sibling")
    with scene.clock():
        care.record_legal(
            actor, case.pk, {"kind": "claim", "state": "open", "reference": "CANARY claim"}, submission=uuid4()
        )
        care.add_need(
            actor, case.pk, {"kind": "medical", "urgency": "urgent", "note": "CANARY need"}, submission=uuid4()
        )
        ChildFile.objects.create(
            case=case, guardian="CANARY guardian", child_view="CANARY view", institution=scene.institutions["NG"]
        )
        decision = {
            "kind": "share", "decision": "given", "purpose": "safety", "recipient_country": "NE", "given_by": "person", "language": "en",
            "categories": compartments if permitted is None else permitted,
        }  # fmt: skip
        scene.after(minutes=1)
        consent.record(actor, case.pk, decision, submission=uuid4())
        drafts.save(actor, draft.pk, {"compartments": ["D0", *compartments]}, submission=uuid4())
        drafts.see_preview(actor, draft.pk, submission=uuid4())
    return Handover.objects.get(pk=draft.pk)


def stored(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def rows_of(case_id: int) -> dict[str, Any]:
    case = Case.objects.get(pk=case_id)
    return {"person": case.person, "identity": case.person.identity, "case": case}


@pytest.mark.wide
@pytest.mark.parametrize("compartments", SUBSETS, ids="+".join)
class TestCanaries:
    def test_the_packet_holds_exactly_what_its_compartments_say(self, compartments: list[str]) -> None:
        scene = two_countries()
        draft = prepared(scene, compartments)
        scene.do("NG", draft, Action.OFFER)
        contents = Packet.objects.get(handover=draft).contents
        wanted = {"D0", *compartments}
        assert set(contents) == wanted
        for field in FIELDS:
            if field.compartment not in wanted:
                assert field.name not in json.dumps(contents.get(field.compartment, {}))
            elif field.name in CANARIES.get(field.source, {}):
                found = sent_by(draft) if field.source == "identity" else contents[field.compartment]
                assert found[field.name] == stored(CANARIES[field.source][field.name]), field.name
        assert set(sent_by(draft)) == set(contents.get("D1", ()))
        text = json.dumps(contents)
        for hidden in (
            "CANARY contact",
            "CANARY location",
            "CANARY call",
            "CANARY guardian",
            "CANARY view",
            "CANARY claim",
            "CANARY need",
            "CANARY gender",
            "CANARY name",
            "1984",
        ):
            assert hidden not in text
        assert ("CANARY SIBLING" in text) == ("D7" in compartments)

    def test_what_was_not_disclosed_is_in_the_seal_and_in_no_row_of_the_new_holder(
        self, compartments: list[str]
    ) -> None:
        scene = two_countries()
        handover = advance(scene, prepared(scene, compartments), "received")
        contents = handover.packet.contents
        disclosed = {name for fields in contents.values() for name in fields}
        seal = Seal.objects.get(handover=handover)
        assert not {"CANARY name", "CANARY contact", "CANARY location"} & set(json.dumps(seal.contents).split('"'))
        assert set(seal.contents["identity"]) == set(sealed_in(seal))
        sealed = {**seal.contents, "identity": sealed_in(seal)}
        found = rows_of(handover.case_id)
        for where, names in (("person", SEALED_OF_PERSON), ("identity", SEALED_OF_IDENTITY), ("case", SEALED_OF_CASE)):
            for name in names:
                canary, now = CANARIES[where][name], getattr(found[where], name)
                if name in disclosed:
                    assert now == canary, name
                    assert name not in sealed[where]
                else:
                    assert sealed[where][name] == stored(canary), name
                    if name not in CHOSEN_AT_RECEIPT:
                        assert now != canary, name
        text = json.dumps(
            [{f.attname: str(getattr(row, f.attname)) for f in row._meta.concrete_fields} for row in found.values()]
        )
        undisclosed = [
            str(v)
            for where, values in CANARIES.items()
            for n, v in values.items()
            if n not in disclosed and "CANARY" in str(v)
        ]
        assert not [value for value in undisclosed if value in text]

    def test_one_disclosure_per_compartment_with_its_permission(self, compartments: list[str]) -> None:
        scene = two_countries()
        draft = prepared(scene, compartments)
        scene.do("NG", draft, Action.OFFER)
        contents = Packet.objects.get(handover=draft).contents
        rows = list(Disclosure.objects.filter(handover=draft))
        assert sorted(row.compartment for row in rows) == sorted(contents)
        permission = Consent.objects.filter(case=draft.case, kind="share").latest("given_at", "pk")
        for row in rows:
            assert row.recipient == scene.institutions["NE"]
            assert row.fields == sorted(contents[row.compartment])
            assert (row.consent, row.basis) == (permission, "")


def test_everything_that_can_be_shared_is_tried_here() -> None:
    assert {c for subset in SUBSETS for c in subset} == {c.value for c in SHAREABLE} - {"D0"}
    assert (set(PERSON), set(IDENTITY), set(CASE)) == (
        set(SEALED_OF_PERSON),
        set(SEALED_OF_IDENTITY),
        set(SEALED_OF_CASE),
    )


@pytest.mark.parametrize("never", ["D4", "D6", "D8"])
def test_ticking_what_never_travels_adds_nothing(never: str) -> None:
    scene = two_countries()
    draft = prepared(scene, [never])
    scene.do("NG", draft, Action.OFFER)
    assert set(Packet.objects.get(handover=draft).contents) == {"D0"}
    assert not Disclosure.objects.filter(compartment=never).exists()


def test_a_frozen_packet_does_not_follow_the_persons_row() -> None:
    scene = two_countries()
    handover = advance(scene, ready_draft(scene, open_case(scene)), "offered")
    frozen = (handover.packet.contents, handover.packet.digest)
    with scene.clock():
        care.record_person(
            scene.actor("NG"), handover.case_id, {"wishes": "Something else.", "age_low": 25}, submission=uuid4()
        )
    packet = Packet.objects.get(handover=handover)
    assert (packet.contents, packet.digest) == frozen
    assert packet_contents(Handover.objects.get(pk=handover.pk), scene.moment().at) != frozen[0]


def test_what_was_written_after_the_packet_left_is_sealed_too() -> None:
    """The new holder's rows hold what the packet said, not what the former holder learnt later."""
    scene = two_countries()
    handover = advance(scene, ready_draft(scene, open_case(scene)), "accepted")
    with scene.clock():
        care.record_person(
            scene.actor("NG"),
            handover.case_id,
            {"wishes": "CANARY later wish", "languages": ["en", "fr"], "adaptation": "CANARY later"},
            submission=uuid4(),
        )
    advance(scene, handover, "received")
    person = Person.objects.get(cases=handover.case_id)
    assert (person.wishes, person.languages, person.adaptation) == ("To live near her sister.", ["en", "ha"], "")
    sealed = Seal.objects.get(handover=handover).contents["person"]
    assert (sealed["wishes"], sealed["languages"], sealed["adaptation"]) == (
        "CANARY later wish",
        ["en", "fr"],
        "CANARY later",
    )


def test_nought_is_a_value() -> None:
    """The age of a baby leaves with the packet like any other."""
    scene = two_countries()
    draft = ready_draft(scene, open_case(scene))
    Person.objects.filter(pk=draft.case.person_id).update(age_low=0, age_high=1, dependants=0)
    found = packet_contents(Handover.objects.get(pk=draft.pk), scene.moment().at)["D2"]
    assert (found["age_low"], found["age_high"], found["dependants"]) == (0, 1, 0)
    assert "maybe_child" not in found


def test_a_second_packet_tells_nothing_that_the_second_holder_was_not_told() -> None:
    """Nigeria's screening stayed in Nigeria, so Niger cannot pass it on; its own it can."""
    scene = two_countries()
    first = advance(scene, prepared(scene, ["D2"]), "received")
    assert "opinion" not in json.dumps(first.packet.contents)
    draft = ready_draft(scene, first.case, "NE", "IT")
    Handover.objects.filter(pk=draft.pk).update(compartments=["D0", "D2", "D3", "D5", "D7"])
    found = packet_contents(Handover.objects.get(pk=draft.pk), scene.moment().at)
    text = json.dumps(found)
    assert "opinion" not in text
    assert "CANARY SIBLING" not in text
    assert found["D2"]["risk_measures"] == "Escort."
    with scene.clock():
        care.record_screening(
            scene.actor("NE"), first.case_id, {"opinion": "unlikely", "indicators": ["fear"]}, submission=uuid4()
        )
    found = packet_contents(Handover.objects.get(pk=draft.pk), scene.moment().at)
    assert (found["D3"]["opinion"], found["D3"]["indicators"]) == ("unlikely", ["fear"])


def test_what_the_second_holder_was_told_it_can_pass_on() -> None:
    scene = two_countries()
    first = advance(scene, prepared(scene, ["D2", "D3", "D7"]), "received")
    draft = ready_draft(scene, first.case, "NE", "IT")
    Handover.objects.filter(pk=draft.pk).update(compartments=["D0", "D2", "D3", "D7"])
    found = packet_contents(Handover.objects.get(pk=draft.pk), scene.moment().at)
    assert found["D3"]["opinion"] == "possible"
    assert found["D7"]["relatives"] == "CANARY SIBLING"


class TestWhatADisclosureRestsOn:
    def decide(self, scene: Scene, draft: Handover, **more: Any) -> Consent:
        facts = {
            "kind": "share", "decision": "given", "purpose": "safety", "recipient_country": "NE", "given_by": "person", "language": "en",
            "categories": ["D2", "D3"],
        }  # fmt: skip
        scene.after(minutes=10)
        with scene.clock():
            consent.record(scene.actor("NG"), draft.case_id, facts | more, submission=uuid4())
        return Consent.objects.filter(case=draft.case).latest("given_at", "pk")

    def test_the_permission_that_counts_is_the_newest(self) -> None:
        scene = two_countries()
        draft = ready_draft(scene, open_case(scene))
        newest = self.decide(scene, draft)
        scene.do("NG", draft, Action.OFFER)
        assert {row.consent for row in Disclosure.objects.filter(handover=draft)} == {newest}

    def test_a_stated_basis_is_named_where_no_permission_is_in_force(self) -> None:
        scene = two_countries()
        draft = ready_draft(scene, open_case(scene))
        basis = self.decide(scene, draft, kind="legal_basis", basis="law", basis_text="Vital interests")
        self.decide(scene, draft)
        self.decide(scene, draft, decision="withdrawn")
        scene.do("NG", draft, Action.OFFER)
        rows = Disclosure.objects.filter(handover=draft)
        assert {(row.consent, row.basis) for row in rows} == {(basis, "law")}, (
            "never the permission that was taken back"
        )

    def test_an_answer_is_written_down_as_a_disclosure(self) -> None:
        scene = two_countries()
        handover = advance(scene, ready_draft(scene, open_case(scene)), "acknowledged")
        scene.do("NE", handover, Action.ASK, {"question": "Which languages?"})
        scene.do("NG", handover, Action.ANSWER, {"answer": "Hausa.", "compartment": "D3"})
        row = Disclosure.objects.filter(handover=handover).latest("pk")
        assert (row.compartment, row.fields, row.recipient) == ("D3", ["answer"], scene.institutions["NE"])
        assert row.consent is not None
        question = handover.questions.get()
        assert (question.answer, question.answer_compartment) == ("Hausa.", "D3")


def test_records_of_the_former_holder_keep_their_author() -> None:
    """They are read only where their author institution sits (`selectors.person`); no receipt rewrites it."""
    scene = two_countries()
    handover = advance(scene, prepared(scene, ["D2"]), "received")
    home = {scene.institutions["NG"].pk}
    for model in (Need, LegalTrack, Consent):
        assert set(model._default_manager.filter(case=handover.case).values_list("institution", flat=True)) == home


def test_nobody_starts_a_draft_towards_a_blocked_country() -> None:
    scene = two_countries()
    case = open_case(scene)
    BlockedRecipient.objects.create(person=case.person, institution=scene.institutions["NE"])
    with scene.clock(), pytest.raises(RecipientBlocked):
        drafts.start(
            scene.actor("NG"), case.pk, receiver_country="NE", purpose="safety", urgency="standard", submission=uuid4()
        )


def test_no_canary_reaches_the_record_of_events_notices_or_mails() -> None:
    scene = two_countries()
    handover = advance(scene, prepared(scene, ["D1", "D2", "D3", "D5", "D7"]), "completed")
    assert handover.state == "completed"
    with connection.cursor() as cursor:
        for table in (
            "referral_caseevent",
            "referral_eventpayload",
            "referral_notice",
            "referral_mail",
            "referral_deadline",
            "referral_reminder",
            "referral_custody",
        ):
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE '%%CANARY%%'")
            assert cursor.fetchone() == (0,), table


def test_the_compartments_of_the_design_are_all_there() -> None:
    assert [c.value for c in Compartment] == [f"D{n}" for n in range(9)]


def test_the_childs_file_of_the_former_holder_is_sealed_and_child_protection_begins_its_own() -> None:
    scene = two_countries()
    case = open_case(scene)
    handover = advance(scene, ready_draft(scene, case), "departed")
    with scene.clock():
        care.tell_child_protection(scene.actor("NG"), case.pk, scene.institutions["NG-child"], submission=uuid4())
        file = {"guardian": "CANARY guardian", "child_view": "CANARY view", "assessed": True, "determined": True}
        care.record_child(scene.actor("NG-child"), case.pk, file, submission=uuid4())
    advance(scene, handover, "received")
    sealed = Seal.objects.get(handover=handover).contents["child_file"]
    assert (sealed["guardian"], sealed["child_view"]) == ("CANARY guardian", "CANARY view")
    left = ChildFile.objects.get(case=case)
    assert (left.guardian, left.child_view, left.assessment_at, left.told_child_protection_at) == ("", "", None, None)
    assert left.institution == scene.institutions["NE"]
