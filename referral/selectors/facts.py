"""Views of a case that the pure rules read: safeguards, gates, coverage, packet. Each loads once and returns plain values."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import EcowasStatus
from common import prepared
from referral import coverage
from referral.chain import digest
from referral.enums import (
    AgeBasis,
    AgreementState,
    ConsentDecision,
    ConsentKind,
    EnquiryState,
    Gate,
    GivenBy,
    HandoverState,
    LegalTrackKind,
    LegalTrackState,
    NeedKind,
    NotCovered,
    Purpose,
    ReflectionAnswer,
    RiskLevel,
    Safeguard,
    ServiceState,
    TraffickingStatus,
    TransferBasis,
    WhereaboutsKind,
    YesNoUnknown,
)
from referral.gate_facts import ChildFacts, ConsentFacts, GateView, RiskFacts, RunningService
from referral.limits import BINDING
from referral.models import (
    Agreement,
    Case,
    Consent,
    Enquiry,
    Handover,
    LegalTrack,
    Packet,
    PersonIdentity,
    RiskAssessment,
    Seal,
)
from referral.packet import FIELDS
from referral.safeguards import PersonFacts, presumed_minor, safeguards_of
from referral.selectors.bundle import gather, written_in
from referral.selectors.purpose_facts import purpose_facts
from referral.service_states import confirmed_there, standing
from referral.transitions import AFTER_ARRIVAL

Contents = dict[str, dict[str, Any]]
LIVE = (LegalTrackState.INTENDED, LegalTrackState.OPEN, LegalTrackState.APPEAL)


def live_tracks(case: Case) -> frozenset[str]:
    """Kinds of legal track that are intended, open or on appeal."""
    return frozenset(t.kind for t in case.legal_tracks.all() if is_live(t))


def is_live(track: LegalTrack) -> bool:
    """Whether a track still counts."""
    return track.state in LIVE and track.until_at is None


def latest_risk(case: Case, country: str | None = None) -> RiskAssessment | None:
    """The newest assessment, of anybody or of the institutions of one country."""
    rows = case.risks.all() if country is None else written_in(case.risks.all(), country)
    return max(rows, key=lambda r: (r.assessed_at, r.pk), default=None)


def person_facts(case: Case) -> PersonFacts:
    """What the safeguard rules read of this case now."""
    risk, links = latest_risk(case), case.person.links.all()
    return facts_with(
        case, live_tracks(case), risk.level if risk else "", any(link.kind == "sibling" for link in links)
    )


def facts_with(case: Case, tracks: Container[str], risk: str, siblings: bool) -> PersonFacts:
    """The same, with what stands in other tables given: live tracks, the newest risk level, whether siblings are known."""
    person = case.person
    return PersonFacts(
        age_low=person.age_low,
        age_high=person.age_high,
        age_basis=AgeBasis(person.age_basis),
        adult_confirmed=person.adult_confirmed_by_id is not None,
        reasons_to_believe_child=person.maybe_child,
        accompanied=YesNoUnknown(person.accompanied),
        has_sibling_link=siblings,
        no_family_contact=person.no_family_contact,
        no_location=person.no_location,
        medicine=person.medicine_until_at is not None,
        adaptation=bool(person.adaptation),
        needs_interpreter=person.needs_interpreter,
        asylum=LegalTrackKind.ASYLUM in tracks,
        reflection=LegalTrackKind.REFLECTION in tracks,
        witness=LegalTrackKind.WITNESS in tracks,
        risk=RiskLevel(risk) if risk else None,
        status=TraffickingStatus(case.status),
        indication=case.non_punishment,
    )


def safeguards(case: Case) -> tuple[Safeguard, ...]:
    """Computed safeguards together with those that came with a packet. Only a named authority lifts the presumption of minority."""
    return held_by(case, person_facts(case))


def held_by(case: Case, facts: PersonFacts) -> tuple[Safeguard, ...]:
    """The same from facts in hand."""
    held = set(safeguards_of(facts)) | {Safeguard(code) for code in case.carried_safeguards}
    if facts.adult_confirmed:
        held -= {Safeguard.PRESUMED_MINOR, Safeguard.UNACCOMPANIED}
    return tuple(safeguard for safeguard in Safeguard if safeguard in held)


def is_child(case: Case) -> bool:
    """Whether child deadlines and child gates apply. Asks the database nothing beyond the case and its person."""
    person = case.person
    if person.adult_confirmed_by_id is not None:
        return False
    facts = PersonFacts(
        age_low=person.age_low,
        age_high=person.age_high,
        age_basis=AgeBasis(person.age_basis),
        adult_confirmed=False,
        reasons_to_believe_child=person.maybe_child,
    )
    return presumed_minor(facts) or Safeguard.PRESUMED_MINOR in case.carried_safeguards


def decides_alone(case: Case) -> bool:
    """Whether the person's own decision counts: an adult, or somebody who came of age while in the registry."""
    return not is_child(case) or case.person.of_age_at is not None


def places_of(rows: Iterable[Any]) -> tuple[coverage.Place, ...]:
    """Whereabouts rows as coverage reads them, in order of time."""
    ordered = sorted(rows, key=lambda w: (w.happened_at, w.pk))
    return tuple(
        coverage.Place(w.happened_at, WhereaboutsKind(w.kind), w.country_id, w.support_running) for w in ordered
    )


def gap_now(case: Case, at: datetime) -> NotCovered | None:
    """Why the person is not covered at this exercise instant; None when covered. Reads prefetched whereabouts."""
    places = places_of(case.whereabouts.all())
    answering = case.holder.country_id if case.holder else None
    return coverage.gap_now(places[-1] if places else None, answering, now=at, bed_until=case.person.bed_until_at)


def consent_facts(consent: Consent) -> ConsentFacts:
    """One decision as it was written: whether it was understood is never judged anew."""
    return ConsentFacts(
        kind=ConsentKind(consent.kind),
        decision=ConsentDecision(consent.decision),
        purpose=Purpose(consent.purpose),
        recipient=consent.recipient_country_id,
        categories=frozenset(consent.categories),
        options=frozenset(consent.options),
        given_by=GivenBy(consent.given_by),
        given_at=consent.given_at,
        expires_at=consent.expires_at,
        understood=consent.understood,
        child_view=bool(consent.child_view),
    )


READ_BY_GATES = ("risks", "legal_tracks", "screenings", "services", "consents", "needs", "links", "blocked")
"""Rows of the case and of the person that gates and packet read."""


def gate_view(handover: Handover, at: datetime) -> GateView:
    """Everything that the gates read about this handover at an exercise instant. Not scoped to a viewer.

    The rows around the case are read together, and stay with it for `packet_contents`.

    Decisions and risk are those that the sending country recorded: what a former holder was told is sealed, and a yes
    given to another country is no yes to this one.
    """
    case = handover.case
    person = case.person
    country = handover.sender.country_id
    gather(case, READ_BY_GATES, handover.sender, handover.receiver)
    risk = latest_risk(case, country)
    file = getattr(case, "child_file", None)
    running = [s for s in written_in(case.services.all(), country) if standing(s, at) is ServiceState.RUNNING]
    there = confirmed_there(handover)
    contact = contact_limits(case)
    return GateView(
        at=at,
        child=handover.child or is_child(case),
        urgent=handover.urgency == "urgent",
        danger=case.immediate_danger,
        purpose=Purpose(handover.purpose) if handover.purpose else None,
        recipient=handover.receiver_country_id,
        origins=contact.origins,
        feared=contact.feared,
        asylum=contact.asylum,
        origin_asked_by_person=contact.origin_asked_by_person,
        blocked=contact.blocked,
        compartments=frozenset(handover.compartments),
        consents=tuple(consent_facts(c) for c in written_in(case.consents.all(), country)),
        risk=RiskFacts(risk.valid_until_at, risk.receiving_country_id, bool(risk.measures.strip())) if risk else None,
        child_file=ChildFacts(
            guardian=bool(file and file.guardian),
            conflict_checked=bool(file and file.guardian_conflict_checked),
            assessed=bool(file and file.assessment_at),
            view_recorded=bool(file and file.child_view),
            determined=bool(file and file.determination_at),
        ),
        capacity_confirmed=bool(handover.capacity_confirmed_by and handover.capacity_confirmed_at),
        enquiry_yes=bool(prepared.rows(_said_yes, case.pk, country or "", handover.receiver_country_id, at)),
        preview_seen=_preview_seen(handover, at),
        safety_plan=bool(handover.safety_plan.strip()),
        medicine_lasts=YesNoUnknown(handover.medicine_lasts),
        needs_medicine=person.medicine_until_at is not None,
        services=tuple(RunningService(NeedKind(s.kind), s.end_reason, s.kind in there) for s in running),
        asked_on_arrival=frozenset(handover.needs_on_arrival),
        of_age_at=person.of_age_at,
        reflection_running=any(
            t.kind == LegalTrackKind.REFLECTION and is_live(t) and (t.runs_until_at is None or t.runs_until_at > at)
            for t in case.legal_tracks.all()
        ),
        reflection=ReflectionAnswer(handover.reflection) if handover.reflection else None,
        transfer_basis=transfer_basis(handover),
        vital_interests=bool(handover.vital_interests.strip()),
        overridden=frozenset(Gate(row["gate"]) for row in handover.overrides),
        **purpose_facts(handover),
    )


def _said_yes(case: int, sender: str, receiver: str, at: datetime) -> QuerySet[Enquiry]:
    rows = Enquiry.objects.filter(case=case, sender__country=sender, receiver_country=receiver, state=EnquiryState.YES)
    return rows.exclude(valid_until_at__lte=at).only("pk")


@dataclass(frozen=True, slots=True)
class ContactView:
    """The facts of `gates.contact_refused` about one person."""

    feared: frozenset[str]
    origins: frozenset[str]
    blocked: frozenset[str]
    asylum: bool
    origin_asked_by_person: bool


def contact_view(case: Case) -> ContactView:
    """Whether a country may learn anything of this person: what `gates.contact_refused` reads."""
    person = case.person
    feared = frozenset(person.feared_countries)
    asylum = [t for t in case.legal_tracks.all() if t.kind == LegalTrackKind.ASYLUM and is_live(t)]
    return ContactView(
        feared=feared,
        origins=feared | frozenset(person.citizenships),
        blocked=blocked_countries(person.blocked.all()),
        asylum=bool(asylum),
        origin_asked_by_person=bool(asylum) and all(t.origin_contact_asked_by_person for t in asylum),
    )


def contact_limits(case: Case) -> ContactView:
    """The same with what earlier holders knew and did not disclose: gate 4 does not end with a handover.

    Nobody reads what was sealed here; a country is refused, and no more. A citizenship that the holder wrote down itself
    takes the place of a sealed one. What a corrected receipt had sealed is back in the rows.
    """
    known = contact_view(case)
    sealed = [row.contents.get("person", {}) for row in prepared.rows(_seals, case.pk)]
    feared = known.feared.union(*(row.get("feared_countries") or () for row in sealed))
    held_before = frozenset().union(*(row.get("citizenships") or () for row in sealed))
    return replace(known, feared=feared, origins=feared | (frozenset(case.person.citizenships) or held_before))


def _seals(case: int) -> QuerySet[Seal]:
    return Seal.objects.filter(handover__case=case, handover__state__in=AFTER_ARRIVAL)


def transfer_basis(handover: Handover) -> TransferBasis | None:
    """What the law or an agreement in force offers for the information to cross this border (gate 7).

    An intention or a justice arrangement is none (`domain.md` section 3).
    """
    home, there = handover.sender.country, handover.receiver_country
    assert home is not None, "only a country hands over"
    if home.ecowas == there.ecowas == EcowasStatus.MEMBER:
        return TransferBasis.ECOWAS
    if home.malabo and there.malabo:
        return TransferBasis.MALABO
    if home.gdpr and there.gdpr:
        return TransferBasis.GDPR
    agreed = Agreement.objects.filter(
        registry_id=handover.registry_id, state=AgreementState.IN_FORCE, kind__in=BINDING, parties=home.pk
    )
    return TransferBasis.AGREEMENT if agreed.filter(parties=there.pk).exists() else None


def _preview_seen(handover: Handover, at: datetime) -> bool:
    """Whether what would leave now is what was looked at: a fact that changed since asks for another look."""
    if handover.preview_seen_at is None:
        return False
    return handover.state != HandoverState.DRAFT or handover.preview_digest == digest(contents_in_hand(handover, at))


def blocked_countries(rows: Iterable[Any]) -> frozenset[str]:
    """Countries that must never learn of the person, those of blocked institutions included when they are focal points."""
    return frozenset(row.country_id for row in rows if row.country_id) | frozenset(
        row.institution.country_id for row in rows if row.institution_id and row.institution.kind == "focal_point"
    )


def packet_contents(handover: Handover, at: datetime, *, compartments: Iterable[str] | None = None) -> Contents:
    """What the packet of this handover holds if frozen at this instant: compartment → field → value, empty ones left out.

    With `compartments`, what those hold instead of the ones that the handover names: for a supplement.
    Records count when the sending country wrote them; of what an earlier holder wrote, only what its packet disclosed.
    In the place of identity stands a mark that changes with it: nothing is decrypted here (`selectors.identity`).
    """
    gather(handover.case, READ_BY_GATES, handover.sender, handover.receiver)
    return contents_in_hand(handover, at, compartments=compartments)


def contents_in_hand(handover: Handover, at: datetime, *, compartments: Iterable[str] | None = None) -> Contents:
    """The same from the rows that `gate_view` has read in the same act, under the same lock."""
    case, person, home = handover.case, handover.case.person, handover.sender.country_id
    wanted = set(handover.compartments) | {"D0"} if compartments is None else set(compartments)
    identity = getattr(person, "identity", None) if "D1" in wanted else None
    risk = latest_risk(case, home)
    screening = max(written_in(case.screenings.all(), home), key=lambda s: (s.at, s.pk), default=None)
    tracks = written_in(case.legal_tracks.all(), home)
    computed: dict[str, Any] = {
        "safeguards": [s.value for s in safeguards(case)],
        "services": sorted({s.kind for s in case.services.all() if standing(s, at) is ServiceState.RUNNING}),
        "risk_level": risk.level if risk else "",
        "risk_measures": risk.measures if risk else "",
        "opinion": screening.opinion if screening else "",
        "indicators": sorted(screening.items) if screening else [],
        "asylum": any(t.kind == LegalTrackKind.ASYLUM and is_live(t) for t in tracks),
        "relatives": _relatives(case) if case.opened_by.country_id == home else "",
    }
    received = _received(handover)
    rows = {"person": person, "case": case, "handover": handover}
    found: Contents = {}
    for field in FIELDS:
        if field.compartment not in wanted:
            continue
        if field.source == "computed":
            value = computed[field.name]
            value = received.get(field.name) if _empty(value) else value
        elif field.source == "identity":
            value = _mark(identity, field.name)
        else:
            value = getattr(rows[field.source], field.name, None)
        if not _empty(value):
            found.setdefault(field.compartment, {})[field.name] = packet_value(value)
    return found


def _mark(identity: PersonIdentity | None, name: str) -> int | None:
    """That a field of the identity is recorded, and how often the identity was written."""
    return identity.revision if identity is not None and name in identity.recorded() else None


def packet_value(value: Any) -> Any:
    """A value as a packet stores it."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def _empty(value: Any) -> bool:
    """Nothing is known. A number is a value even when it is nought: an age of nought is a baby."""
    return value is None or value is False or value in ("", [])


def _relatives(case: Case) -> str:
    if not case.person.links.all():
        return ""
    return ", ".join(sorted(link.other.code_word for link in case.person.links.select_related("other")))


def _received(handover: Handover) -> dict[str, Any]:
    """Field → value of the packet with which the sender itself received the person; empty for the first holder."""
    packet: Packet | None = prepared.first(_received_with, handover.case_id, handover.sender_id)
    return {name: value for fields in packet.contents.values() for name, value in fields.items()} if packet else {}


def _received_with(case: int, receiver: int) -> QuerySet[Packet]:
    arrived = (HandoverState.RECEIVED, HandoverState.COMPLETED)
    rows = Packet.objects.filter(handover__case=case, handover__receiver=receiver, handover__state__in=arrived)
    return rows.order_by("-handover__received_at")[:1]
