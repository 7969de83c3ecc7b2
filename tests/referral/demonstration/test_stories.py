"""Each of the twelve stories stands where the design says (`domain.md` section 9): one entry for each code word."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import transaction

from referral import gates
from referral.demonstration.stage import NOW, actor_of_membership
from referral.enums import DeadlineKind, Gate, NotCovered, Role, Safeguard, WhereaboutsKind
from referral.errors import ClosedPlacement
from referral.models import (
    Case,
    CaseEvent,
    ChildFile,
    Custody,
    Deadline,
    Enquiry,
    Handover,
    Institution,
    LegalTrack,
    Membership,
    Need,
    PersonLink,
    Proposal,
    PullRequest,
    Question,
    Registry,
    Release,
    RiskAssessment,
    Service,
    Whereabouts,
)
from referral.selectors.facts import gap_now, gate_view, safeguards
from referral.services import care
from referral.services import clock as clock_service
from tests.referral.demonstration.opened import demonstration

pytestmark = [pytest.mark.long, pytest.mark.django_db, pytest.mark.xdist_group("demonstration")]

K = DeadlineKind
S = Safeguard


def case_of(word: str) -> Case:
    return Case.objects.select_related("person", "holder").get(person__code_word=word)


def held_by(word: str) -> str:
    holder = case_of(word).holder
    assert holder is not None
    return str(holder.country_id)


def kept_safe(word: str) -> set[Safeguard]:
    return set(safeguards(case_of(word)))


def gap(word: str) -> NotCovered | None:
    return gap_now(case_of(word), NOW)


def handover_of(word: str) -> tuple[Handover, tuple[str, str, str]]:
    """The newest handover: its row, and from where to where it stands how."""
    found = Handover.objects.filter(case__person__code_word=word).latest("pk")
    return found, (str(found.sender.country_id), found.receiver_country_id, found.state)


def owed(word: str, kind: DeadlineKind) -> tuple[str, float]:
    """Who owes what is open, and in how many hours; less than nothing when it is overdue."""
    found = Deadline.objects.get(case__person__code_word=word, kind=kind, state="open")
    return str(found.owes.country_id), hours_from_now(found.due_at)


def hours_from_now(at: datetime | None) -> float:
    assert at is not None
    return (at - NOW) / timedelta(hours=1)


def links_of(word: str) -> set[tuple[str, str]]:
    return set(PersonLink.objects.filter(person__code_word=word).values_list("other__code_word", "kind"))


def failing(handover: Handover) -> set[Gate]:
    return {row.gate for row in gates.check(gate_view(handover, NOW), tuple(Gate)) if not row.passed}


def moringa() -> None:
    """Girl 15; sister 17 in another shelter; guardian from the first hour; offered 30 h ago, unacknowledged, overdue."""
    handover, standing = handover_of("MORINGA")
    assert (standing, held_by("MORINGA")) == (("NE", "NG", "offered"), "NE")
    assert hours_from_now(handover.offered_at) == -30
    assert handover.acknowledged_at is None
    assert owed("MORINGA", K.ACKNOWLEDGE) == ("NG", -6)
    assert Deadline.objects.get(handover=handover, kind=K.ACKNOWLEDGE).reminders.get(rung="overdue").state == "fired"
    file = ChildFile.objects.get(case=handover.case)
    assert file.guardian_since_at is not None
    assert file.guardian_since_at - handover.case.opened_at <= timedelta(hours=1)
    assert kept_safe("MORINGA") >= {S.PRESUMED_MINOR, S.UNACCOMPANIED, S.SIBLINGS, S.INTERPRETER}
    assert set(handover.packet.contents["D0"]["safeguards"]) >= {"presumed_minor", "siblings"}
    assert links_of("MORINGA") == {("MORINGA 2", "sibling")}
    sister = case_of("MORINGA 2")
    assert (sister.person.age_low, S.SIBLINGS in kept_safe("MORINGA 2")) == (17, True)
    beds = Service.objects.filter(case__in=(handover.case, sister), kind="shelter")
    assert beds.values("provider").distinct().count() == 2, "the sisters sleep in two places"
    assert handover.child_protection_yes == ["sender"]
    assert owed("MORINGA", K.CHILD_ANSWER)[0] == "NG"


def tamarin() -> None:
    """Boy 11; home study before determination; SN holds, GM owes the home study in two working days, draft blocked."""
    handover, standing = handover_of("TAMARIN")
    assert (standing, held_by("TAMARIN")) == (("SN", "GM", "draft"), "SN")
    study = Enquiry.objects.get(case=handover.case)
    assert (study.services, owed("TAMARIN", K.ANSWER_ENQUIRY)) == (["family"], ("GM", 48))
    assert {Gate.AGREEMENT, Gate.RISK, Gate.CAPACITY} <= failing(handover)
    assert ChildFile.objects.get(case=handover.case).determination_at is None
    assert "the uncle is not told" in Need.objects.get(case=handover.case).note
    assert {S.PRESUMED_MINOR, S.UNACCOMPANIED} <= kept_safe("TAMARIN")


def karite() -> None:
    """Boy 14; the receiver has no seat and left ECOWAS; answered by phone; gate 7 open."""
    handover, standing = handover_of("KARITE")
    assert (standing, held_by("KARITE"), handover.outside) == (("CI", "BF", "draft"), "CI", True)
    by_phone = Enquiry.objects.get(case=handover.case)
    assert (by_phone.outside, by_phone.state) == (True, "yes")
    assert Gate.LEGAL_BASIS in failing(handover)
    assert not failing(handover) & {Gate.RISK, Gate.CAPACITY}


def mimosa() -> None:
    """Says 16, passport 19; the presumption travels; IT→FR clarifying: an adult bed "after an age test"."""
    handover, standing = handover_of("MIMOSA")
    assert (standing, held_by("MIMOSA")) == (("IT", "FR", "clarifying"), "IT")
    asked = Question.objects.get(handover=handover)
    assert "adult bed after an age test" in asked.text
    assert asked.answered_at is None
    assert owed("MIMOSA", K.ANSWER)[0] == "IT"
    person = handover.case.person
    assert (person.age_low, person.age_high, person.age_basis) == (16, 19, "disputed")
    assert S.PRESUMED_MINOR in kept_safe("MIMOSA")
    assert "presumed_minor" in handover.packet.contents["D0"]["safeguards"]
    assert "from the man she fled" in Need.objects.get(case=handover.case, kind="documents").note


def indigo() -> None:
    """Made to recruit two friends, listed as a suspect; CI, "unclear", detention placement refused, 6 h left."""
    case = case_of("INDIGO")
    assert (held_by("INDIGO"), case.status, case.taken_at) == ("CI", "not_assessed", None)
    screening = case.screenings.get()
    assert screening.opinion == "unclear"
    assert {"recruited_online", "forced_offence"} <= set(screening.items)
    assert S.NON_PUNISHMENT in kept_safe("INDIGO")
    assert owed("INDIGO", K.TAKE) == ("CI", 6)
    assert [bed.provider.kind for bed in Service.objects.filter(case=case, kind="shelter")] == ["shelter"]
    need = Need.objects.get(case=case, kind="legal", met_at=None)
    assert "asked for and refused" in need.note
    assert "two friends" in need.note
    assert CaseEvent.objects.filter(case=case, kind="add_need", at=need.opened_at).exists()
    assert Release.objects.get(case=case).certificate
    assert (gap("INDIGO"), Deadline.objects.get(case=case, kind=K.RELEASE).state) == (None, "met")
    cell = Institution.objects.get(country="CI", kind="border")
    manager = Membership.objects.get(institution__country="CI", role=Role.CASE_MANAGER)
    clock_service.resume(case.registry_id, user=None, reason="test")
    with pytest.raises(ClosedPlacement), transaction.atomic():
        care.add_service(actor_of_membership(manager), case.pk, {"kind": "shelter", "provider": cell}, submission=None)


def jasmin() -> None:
    """Woman 31 with son 3; asylum open: neither confirm nor deny; IT holds, CI's pull request is 5 h old."""
    asked = PullRequest.objects.get(case__person__code_word="JASMIN")
    assert (asked.kind, asked.asker.country_id, asked.holder.country_id, asked.state) == ("pull", "CI", "IT", "open")
    assert hours_from_now(asked.asked_at) == -5
    assert (held_by("JASMIN"), owed("JASMIN", K.REQUEST)[0]) == ("IT", "IT")
    assert {S.ASYLUM, S.NO_FAMILY_CONTACT} <= kept_safe("JASMIN")
    assert case_of("JASMIN").person.dependants == 1
    assert case_of("JASMIN").person.blocked.get().country_id == "TN"
    assert not Handover.objects.filter(case__person__code_word="JASMIN").exists()


def alize() -> None:
    """Man 33, wages owed; the claim survives; MR→SN accepted, leaves in 20 h."""
    handover, standing = handover_of("ALIZE")
    assert (standing, held_by("ALIZE")) == (("MR", "SN", "accepted"), "MR")
    assert hours_from_now(handover.reception_from_at) == 20
    claim = LegalTrack.objects.get(case=handover.case, kind="claim")
    assert (claim.state, claim.until_at) == ("open", None)
    assert "stays open after his return" in handover.message
    assert owed("ALIZE", K.TRAVEL_PLAN)[0] == "MR"


def papaye() -> None:
    """Woman 28; five days of medicine, no bed until day nine; GM declined "no capacity", and a date may move."""
    handover, standing = handover_of("PAPAYE")
    assert (standing, held_by("PAPAYE")) == (("MR", "GM", "declined"), "MR")
    assert handover.decline_reason == "no_capacity"
    person = case_of("PAPAYE").person
    assert hours_from_now(person.medicine_until_at) == 5 * 24
    assert hours_from_now(handover.not_before_at) == 9 * 24
    assert "GM" in person.citizenships
    assert (S.MEDICAL in kept_safe("PAPAYE"), gap("PAPAYE")) == (True, None)


def coral() -> None:
    """Woman 19; left with her phone, "I'm fine" from a new number; FR, unseen 14 h, decision due in 2 h."""
    last = Whereabouts.objects.filter(case=case_of("CORAL")).latest("happened_at")
    assert (last.kind, last.country_id, hours_from_now(last.happened_at)) == (WhereaboutsKind.LEFT_BY_CHOICE, "FR", -14)
    assert gap("CORAL") is NotCovered.LEFT
    assert case_of("CORAL").stage != "missing", "an adult who leaves by choice is not missing"
    assert owed("CORAL", K.REVIEW_RISK) == ("FR", 2)
    assert RiskAssessment.objects.filter(case=case_of("CORAL")).latest("assessed_at").level == "high"
    assert Need.objects.filter(case=case_of("CORAL"), met_at=None, note__contains="I'm fine").exists()
    chain = Custody.objects.filter(case=case_of("CORAL")).order_by("seq")
    assert [link.institution.country_id for link in chain if link.institution] == ["NG", "IT", "FR"]


def acacia() -> None:
    """Woman 34 with nieces 12 and 17, apart for 3 h; one indicator is never enough; NG, screening open."""
    case = case_of("ACACIA")
    assert (held_by("ACACIA"), case.stage, case.status) == ("NG", "detected", "not_assessed")
    assert not case.screenings.exists()
    assert owed("ACACIA", K.SCREEN) == ("NG", 17)
    assert S.NON_PUNISHMENT not in kept_safe("ACACIA")
    assert links_of("ACACIA") == {("ACACIA 2", "relative"), ("ACACIA 3", "relative")}
    assert [case_of(word).person.age_low for word in ("ACACIA 2", "ACACIA 3")] == [12, 17]
    apart = Need.objects.get(case=case, kind="family")
    assert apart.met_at is not None
    assert apart.met_at - apart.opened_at == timedelta(hours=3)
    still = Need.objects.get(case=case, met_at=None)
    assert "apology" in still.note
    assert "used for nothing else" in still.note
    for word in ("ACACIA 2", "ACACIA 3"):
        assert {S.PRESUMED_MINOR, S.SIBLINGS} <= kept_safe(word)
        assert S.UNACCOMPANIED not in kept_safe(word), "they are with their aunt again"
        assert owed(word, K.SCREEN) == ("NG", 17)


def mangue() -> None:
    """Man 23, smuggled, broken leg; second person, reasons, other protection; MR, negative proposed."""
    proposed = Proposal.objects.get(case__person__code_word="MANGUE")
    assert (proposed.facts["decision"], proposed.state) == ("negative", "open")
    assert "another protection" in proposed.facts["reasons"]
    assert (held_by("MANGUE"), case_of("MANGUE").status) == ("MR", "not_assessed"), "one person alone decides nothing"
    assert case_of("MANGUE").screenings.latest("at").opinion == "unlikely"
    running = Service.objects.filter(case=case_of("MANGUE"), state="running")
    assert set(running.values_list("kind", flat=True)) == {"medical", "shelter"}


def baobab() -> None:
    """Five from a boat: several tracks, family unity, non-punishment; MR, hour 20 of 72."""
    words = [f"BAOBAB {number}" for number in range(1, 6)]
    assert {held_by(word) for word in words} == {"MR"}
    assert {owed(word, K.CENTRE) for word in words} == {("MR", 52)}
    assert {hours_from_now(case_of(word).opened_at) for word in words} == {-20}
    assert not Handover.objects.filter(case__person__code_word__in=words).exists()
    mother, son, boy, helmsman, asylum = words
    assert (links_of(mother), links_of(son)) == ({(son, "child")}, {(mother, "parent")})
    assert Service.objects.get(case=case_of(mother), kind="medical").state == "running"
    assert S.PRESUMED_MINOR in kept_safe(son)
    assert S.UNACCOMPANIED not in kept_safe(son)
    assert {S.PRESUMED_MINOR, S.UNACCOMPANIED} <= kept_safe(boy)
    assert (case_of(boy).person.age_basis, case_of(boy).person.citizenships) == ("estimate", [])
    assert (gap(helmsman), S.NON_PUNISHMENT in kept_safe(helmsman)) == (NotCovered.DETAINED, True)
    assert owed(helmsman, K.RELEASE) == ("MR", -16)
    assert Release.objects.get(case=case_of(helmsman)).released_at is None
    assert LegalTrack.objects.get(case=case_of(asylum)).state == "intended"
    assert S.ASYLUM in kept_safe(asylum)


STORIES: tuple[Callable[[], None], ...] = (
    moringa, tamarin, karite, mimosa, indigo, jasmin, alize, papaye, coral, acacia, mangue, baobab,
)  # fmt: skip


@pytest.fixture
def registry() -> Registry:
    return demonstration()


@pytest.mark.parametrize("stands", STORIES, ids=lambda story: story.__name__.upper())
def test_the_story_stands_where_the_design_says(registry: Registry, stands: Callable[[], None]) -> None:
    stands()
