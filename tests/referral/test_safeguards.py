"""Safeguards follow from facts; the presumption of minority is hard to lose."""

from __future__ import annotations

from dataclasses import fields, replace
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.enums import AgeBasis, RiskLevel, Safeguard, TraffickingStatus, YesNoUnknown
from referral.models import Case, Deadline, Handover
from referral.safeguards import PersonFacts, presumed_minor, safeguards_of
from referral.selectors.facts import is_child, safeguards
from referral.services import care
from tests.factories import make_institution
from tests.scenes import advance, open_case, ready_draft, two_countries

ages = st.none() | st.integers(0, 60)
facts = st.builds(
    PersonFacts,
    age_low=ages,
    age_high=ages,
    age_basis=st.sampled_from(list(AgeBasis)),
    adult_confirmed=st.booleans(),
    reasons_to_believe_child=st.booleans(),
    accompanied=st.sampled_from(list(YesNoUnknown)),
    has_sibling_link=st.booleans(),
    no_family_contact=st.booleans(),
    no_location=st.booleans(),
    medicine=st.booleans(),
    adaptation=st.booleans(),
    needs_interpreter=st.booleans(),
    asylum=st.booleans(),
    reflection=st.booleans(),
    witness=st.booleans(),
    risk=st.none() | st.sampled_from(list(RiskLevel)),
    status=st.sampled_from(list(TraffickingStatus)),
    indication=st.booleans(),
)
PLAIN = PersonFacts(
    age_low=30, age_high=35, age_basis=AgeBasis.STATEMENT, adult_confirmed=False, accompanied=YesNoUnknown.YES
)


@pytest.mark.parametrize(
    ("given", "minor"),
    [
        ({"age_low": 17, "age_high": 25}, True),
        ({"age_low": 18, "age_high": 25}, False),
        ({"age_low": 0, "age_high": 0}, True),
        ({"age_low": None, "age_high": 17}, True),
        ({"age_low": None, "age_high": 18}, False),
        ({"age_low": None, "age_high": None}, False),
        ({"age_low": None, "age_high": None, "reasons_to_believe_child": True}, True),
        ({"age_low": None, "age_high": 25, "reasons_to_believe_child": True}, True),
        ({"age_low": None, "age_high": None, "age_basis": AgeBasis.DISPUTED}, True),
        ({"age_low": 16, "age_basis": AgeBasis.DOCUMENT}, True),
        ({"age_low": 16, "adult_confirmed": True}, False),
    ],
)
def test_who_is_presumed_to_be_a_child(given: dict[str, object], minor: bool) -> None:
    assert presumed_minor(replace(PLAIN, **given)) is minor


@given(facts, st.integers(0, 60))
def test_a_lower_earliest_age_never_removes_the_presumption(person: PersonFacts, lower: int) -> None:
    if person.age_low is not None and lower <= person.age_low and presumed_minor(person):
        assert presumed_minor(replace(person, age_low=lower))


@given(facts, st.sampled_from(list(AgeBasis)), st.booleans())
def test_no_paper_lifts_it_while_the_earliest_age_stands(person: PersonFacts, basis: AgeBasis, reasons: bool) -> None:
    if person.age_low is not None and presumed_minor(person):
        assert presumed_minor(replace(person, age_basis=basis, reasons_to_believe_child=reasons))


@given(facts)
def test_only_a_named_authority_lifts_it(person: PersonFacts) -> None:
    """Whatever else changes, as long as the range of ages and the reasons stand."""
    assert not presumed_minor(replace(person, adult_confirmed=True))
    if presumed_minor(person):
        kept = {"age_low", "age_high", "age_basis", "reasons_to_believe_child", "adult_confirmed"}
        others = {f.name: getattr(PLAIN, f.name) for f in fields(PersonFacts) if f.name not in kept}
        assert presumed_minor(replace(person, **others))


@given(facts)
def test_each_safeguard_follows_from_its_facts_alone(person: PersonFacts) -> None:
    found = set(safeguards_of(person))
    child = presumed_minor(person)
    status = person.status in (
        TraffickingStatus.PRESUMED,
        TraffickingStatus.REASONABLE_GROUNDS,
        TraffickingStatus.IDENTIFIED,
    )
    assert found == {
        safeguard
        for safeguard, applies in {
            Safeguard.PRESUMED_MINOR: child,
            Safeguard.UNACCOMPANIED: child and person.accompanied != "yes",
            Safeguard.SIBLINGS: child and person.has_sibling_link,
            Safeguard.REFLECTION: person.reflection,
            Safeguard.ASYLUM: person.asylum,
            Safeguard.NON_PUNISHMENT: person.indication or status,
            Safeguard.WITNESS: person.witness,
            Safeguard.HIGH_RISK: person.risk == "high",
            Safeguard.NO_FAMILY_CONTACT: person.no_family_contact,
            Safeguard.NO_LOCATION: person.no_location,
            Safeguard.MEDICAL: person.medicine,
            Safeguard.DISABILITY: person.adaptation,
            Safeguard.INTERPRETER: person.needs_interpreter,
        }.items()
        if applies
    }


@given(facts)
def test_an_adult_without_facts_has_none_and_the_order_is_the_enumerations(person: PersonFacts) -> None:
    assert safeguards_of(PLAIN) == ()
    found = safeguards_of(person)
    assert list(found) == [s for s in Safeguard if s in found]


@pytest.mark.django_db
class TestThroughTheServices:
    def test_safeguards_survive_any_number_of_handovers(self) -> None:
        scene = two_countries()
        case = open_case(
            scene, needs_interpreter=True, adaptation="Wheelchair", no_family_contact=True, medicine_until_at=scene.moment().at
        )  # fmt: skip
        before = set(safeguards(Case.objects.get(pk=case.pk)))
        assert before >= {"interpreter", "disability", "no_family_contact", "medical", "non_punishment", "no_location"}
        for sender, receiver in (("NG", "NE"), ("NE", "IT"), ("IT", "NG")):
            advance(scene, ready_draft(scene, case, sender, receiver), "completed", sender, receiver)
            assert set(safeguards(Case.objects.get(pk=case.pk))) >= before
            scene.after(days=1)

    def test_a_childs_safeguard_is_not_lost_by_editing_the_age_after_a_handover(self) -> None:
        scene = two_countries()
        case = open_case(scene)
        Case.objects.filter(pk=case.pk).update(carried_safeguards=["presumed_minor"])
        with scene.clock():
            care.record_person(scene.actor("NG"), case.pk, {"age_low": 30, "age_high": 31}, submission=uuid4())
        case = Case.objects.get(pk=case.pk)
        assert is_child(case)
        case.person.adult_confirmed_by = make_institution(scene.registry, "NG", kind="asylum")
        case.person.save()
        assert not is_child(Case.objects.get(pk=case.pk))

    def test_a_person_found_to_be_a_child_makes_the_open_handover_a_childs(self) -> None:
        scene = two_countries()
        handover = advance(scene, ready_draft(scene, open_case(scene)), "acknowledged")
        assert not handover.child
        running = set(Deadline.objects.filter(handover=handover, state="open").values_list("kind", "due_at"))
        with scene.clock():
            care.record_person(scene.actor("NG"), handover.case_id, {"age_low": 16}, submission=uuid4())
        handover.refresh_from_db()
        assert handover.child
        assert Deadline.objects.filter(case=handover.case, kind="child_notice", state="open").exists()
        after = Deadline.objects.filter(handover=handover, state="open").exclude(kind="child_answer")
        assert set(after.values_list("kind", "due_at")) == running
        assert not Handover.objects.filter(case=handover.case, child=True).exclude(pk=handover.pk).exists()
