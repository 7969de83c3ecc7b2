"""Views of a case that the pure rules read: safeguards, gates, coverage, packet. Each loads once and returns plain values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from referral import coverage
from referral.enums import (
    AgeBasis,
    ConsentDecision,
    ConsentKind,
    EnquiryState,
    GivenBy,
    LegalTrackKind,
    LegalTrackState,
    NeedKind,
    NotCovered,
    Purpose,
    RiskLevel,
    Safeguard,
    ServiceState,
    TraffickingStatus,
    WhereaboutsKind,
    YesNoUnknown,
)
from referral.gates import ChildFacts, ConsentFacts, GateView, RiskFacts, RunningService
from referral.models import (
    Case,
    Consent,
    Enquiry,
    Handover,
    LegalTrack,
    RiskAssessment,
    Screening,
    Service,
)
from referral.packet import FIELDS
from referral.safeguards import PersonFacts, presumed_minor, safeguards_of

LIVE = (LegalTrackState.INTENDED, LegalTrackState.OPEN, LegalTrackState.APPEAL)


def live_tracks(case: Case) -> frozenset[str]:
    """Kinds of legal track that are intended, open or on appeal."""
    return frozenset(
        t.kind
        for t in case.legal_tracks.all()
        if t.state in LIVE and t.until_at is None
    )


def latest_risk(case: Case) -> RiskAssessment | None:
    return max(case.risks.all(), key=lambda r: (r.assessed_at, r.pk), default=None)


def person_facts(case: Case) -> PersonFacts:
    """What the safeguard rules read of this case now."""
    person, tracks, risk = case.person, live_tracks(case), latest_risk(case)
    return PersonFacts(
        age_low=person.age_low,
        age_high=person.age_high,
        age_basis=AgeBasis(person.age_basis),
        adult_confirmed=person.adult_confirmed_by_id is not None,
        reasons_to_believe_child=person.maybe_child,
        accompanied=YesNoUnknown(person.accompanied),
        has_sibling_link=any(link.kind == "sibling" for link in person.links.all()),
        no_family_contact=person.no_family_contact,
        no_location=person.no_location,
        medicine=person.medicine_until_at is not None,
        adaptation=bool(person.adaptation),
        needs_interpreter=person.needs_interpreter,
        asylum=LegalTrackKind.ASYLUM in tracks,
        reflection=LegalTrackKind.REFLECTION in tracks,
        witness=LegalTrackKind.WITNESS in tracks,
        risk=RiskLevel(risk.level) if risk else None,
        status=TraffickingStatus(case.status),
        indication=case.non_punishment,
    )


def safeguards(case: Case) -> tuple[Safeguard, ...]:
    """Computed safeguards together with those that came with a packet. Only a named authority lifts the presumption of minority."""
    facts = person_facts(case)
    held = set(safeguards_of(facts)) | {
        Safeguard(code) for code in case.carried_safeguards
    }
    if facts.adult_confirmed:
        held -= {Safeguard.PRESUMED_MINOR, Safeguard.UNACCOMPANIED}
    return tuple(safeguard for safeguard in Safeguard if safeguard in held)


def is_child(case: Case) -> bool:
    """Whether child deadlines and child gates apply."""
    return presumed_minor(person_facts(case)) or Safeguard.PRESUMED_MINOR in safeguards(
        case
    )


def places_of(rows: Iterable[Any]) -> tuple[coverage.Place, ...]:
    """Whereabouts rows as coverage reads them, in order of time."""
    ordered = sorted(rows, key=lambda w: (w.happened_at, w.pk))
    return tuple(
        coverage.Place(
            w.happened_at, WhereaboutsKind(w.kind), w.country_id, w.support_running
        )
        for w in ordered
    )


def gap_now(case: Case, at: datetime) -> NotCovered | None:
    """Why the person is not covered at this exercise instant; None when covered. Reads prefetched whereabouts."""
    places = places_of(case.whereabouts.all())
    answering = case.holder.country_id if case.holder else None
    return coverage.gap_now(
        places[-1] if places else None,
        answering,
        now=at,
        bed_until=case.person.bed_until_at,
    )


def consent_facts(consent: Consent, spoken: Iterable[str]) -> ConsentFacts:
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
        understood=consent.interpreter or consent.language in set(spoken),
        child_view=bool(consent.child_view),
    )


def gate_view(handover: Handover, at: datetime) -> GateView:
    """Everything that the gates read about this handover at an exercise instant. Not scoped to a viewer: gates see all."""
    case = handover.case
    person = case.person
    risk = latest_risk(case)
    file = getattr(case, "child_file", None)
    running = Service.objects.filter(
        case=case,
        state=ServiceState.RUNNING,
        institution__country=handover.sender.country_id,
    ).prefetch_related("continued_by")
    asylum = [
        t
        for t in case.legal_tracks.all()
        if t.kind == LegalTrackKind.ASYLUM and t.state in LIVE
    ]
    feared = frozenset(person.feared_countries)
    return GateView(
        at=at,
        child=handover.child or is_child(case),
        urgent=handover.urgency == "urgent",
        danger=case.immediate_danger,
        purpose=Purpose(handover.purpose) if handover.purpose else None,
        recipient=handover.receiver_country_id,
        origins=feared | frozenset(person.citizenships),
        feared=feared,
        asylum=bool(asylum),
        origin_asked_by_person=bool(asylum)
        and all(t.origin_contact_asked_by_person for t in asylum),
        blocked=blocked_countries(person.blocked.all()),
        compartments=frozenset(handover.compartments),
        consents=tuple(consent_facts(c, person.languages) for c in case.consents.all()),
        risk=RiskFacts(risk.valid_until_at, risk.receiving_country_id)
        if risk
        else None,
        child_file=ChildFacts(
            guardian=bool(file and file.guardian),
            conflict_checked=bool(file and file.guardian_conflict_checked),
            assessed=bool(file and file.assessment_at),
            view_recorded=bool(file and file.child_view),
            determined=bool(file and file.determination_at),
        ),
        capacity_confirmed=bool(
            handover.capacity_confirmed_by and handover.capacity_confirmed_at
        ),
        enquiry_yes=Enquiry.objects.filter(
            case=case,
            receiver__country=handover.receiver_country_id,
            state=EnquiryState.YES,
        ).exists(),
        preview_seen=handover.preview_seen_at is not None,
        safety_plan=bool(handover.safety_plan.strip()),
        medicine_lasts=YesNoUnknown(handover.medicine_lasts),
        needs_medicine=person.medicine_until_at is not None,
        services=tuple(
            RunningService(
                NeedKind(s.kind),
                s.end_reason,
                any(n.state == ServiceState.CONFIRMED for n in s.continued_by.all()),
            )
            for s in running
        ),
        asked_on_arrival=frozenset(handover.needs_on_arrival),
    )


def blocked_countries(rows: Iterable[Any]) -> frozenset[str]:
    """Countries that must never learn of the person, those of blocked institutions included when they are focal points."""
    return frozenset(row.country_id for row in rows if row.country_id) | frozenset(
        row.institution.country_id
        for row in rows
        if row.institution_id and row.institution.kind == "focal_point"
    )


def packet_contents(handover: Handover) -> dict[str, dict[str, Any]]:
    """What the packet of this handover holds if it is frozen now: compartment → field → value, empty values left out."""
    case = handover.case
    person = case.person
    wanted = set(handover.compartments) | {"D0"}
    identity = getattr(person, "identity", None) if "D1" in wanted else None
    risk, screening = (
        latest_risk(case),
        Screening.objects.filter(case=case).order_by("-at", "-pk").first(),
    )
    computed: dict[str, Any] = {
        "safeguards": [s.value for s in safeguards(case)],
        "services": sorted(
            {s.kind for s in case.services.all() if s.state == ServiceState.RUNNING}
        ),
        "risk_level": risk.level if risk else "",
        "risk_measures": risk.measures if risk else "",
        "opinion": screening.opinion if screening else "",
        "indicators": sorted(screening.items) if screening else [],
        "asylum": LegalTrack.objects.filter(
            case=case, kind=LegalTrackKind.ASYLUM, state__in=LIVE
        ).exists(),
        "relatives": ", ".join(
            sorted(
                link.other.code_word for link in person.links.select_related("other")
            )
        ),
    }
    rows = {"person": person, "identity": identity, "case": case, "handover": handover}
    found: dict[str, dict[str, Any]] = {}
    for field in FIELDS:
        if field.compartment not in wanted:
            continue
        value = (
            computed[field.name]
            if field.source == "computed"
            else getattr(rows[field.source], field.name, None)
        )
        if value not in (None, "", [], False):
            found.setdefault(field.compartment, {})[field.name] = (
                value.isoformat() if hasattr(value, "isoformat") else value
            )
    return found
