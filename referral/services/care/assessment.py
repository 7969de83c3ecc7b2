"""Screening, risk and legal tracks."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from referral.actor import Actor
from referral.enums import (
    Action,
    AssignmentKind,
    CaseStage,
    Compartment,
    DeadlineKind,
    LegalTrackKind,
    LegalTrackState,
    Opinion,
    RiskLevel,
    TraffickingStatus,
)
from referral.errors import TrackOfAnotherRole
from referral.limits import RISK_VALID
from referral.models import Assignment, LegalTrack, RiskAssessment, RulePack, Screening
from referral.selectors.facts import LIVE
from referral.services import deadlines
from referral.services.act import CaseOutcome, Entry, Facts, on_case
from referral.services.command import Work
from referral.services.intake import SCREENING_VERSION
from referral.tracks import compartment_for, kept_by


def record_screening(
    actor: Actor, case_id: int, facts: Facts, *, submission: UUID | None, version: int | None = None
) -> CaseOutcome:
    """The short list as ticked now. An aid, never a decision; a first indication protects from punishment."""

    def write(work: Work) -> Entry:
        case = work.case
        Screening.objects.create(
            case=case,
            list_version=SCREENING_VERSION,
            items=list(facts.get("indicators") or []),
            opinion=facts["opinion"],
            interpreter_safe=bool(facts.get("interpreter_safe")),
            note=facts.get("note") or "",
            at=work.moment.at,
            institution_id=actor.institution_id,
        )
        if case.stage == CaseStage.DETECTED:
            case.stage = CaseStage.SCREENED
        if facts["opinion"] == Opinion.POSSIBLE and case.status == TraffickingStatus.NOT_ASSESSED:
            case.status = TraffickingStatus.PRESUMED
        case.non_punishment = (
            case.non_punishment or bool(facts.get("indicators")) or facts["opinion"] == Opinion.POSSIBLE
        )
        case.save(update_fields=["stage", "status", "non_punishment"])
        deadlines.close_deadlines(case=case, kinds=[DeadlineKind.SCREEN], moment=work.moment)
        return Entry(code=facts["opinion"])

    return on_case(
        actor, case_id, Action.SCREEN, write, submission=submission, version=version, compartment=Compartment.D3
    )


def assess_risk(
    actor: Actor, case_id: int, facts: Facts, *, submission: UUID | None, version: int | None = None
) -> CaseOutcome:
    """A risk assessment, valid for 7, 30 or 90 days by level (exercise default); its review becomes a deadline."""

    def write(work: Work) -> Entry:
        level = RiskLevel(facts["level"])
        valid_until = RISK_VALID[level].due(work.moment.at, actor.country_code, work.case.found_in.zone)
        RiskAssessment.objects.create(
            case=work.case,
            level=level,
            domains=facts.get("domains") or {},
            receiving_country_id=facts.get("receiving_country") or None,
            fears=facts.get("fears") or "",
            measures=facts.get("measures") or "",
            assessed_at=work.moment.at,
            valid_until_at=valid_until,
            institution_id=actor.institution_id,
        )
        deadlines.close_deadlines(case=work.case, kinds=[DeadlineKind.REVIEW_RISK], moment=work.moment)
        assert work.case.holder is not None
        deadlines.open_deadline(
            case=work.case, kind=DeadlineKind.REVIEW_RISK, owes=work.case.holder, moment=work.moment, due_at=valid_until
        )
        return Entry(code=level)

    return on_case(
        actor, case_id, Action.RECORD_RISK, write, submission=submission, version=version, compartment=Compartment.D2
    )


def record_legal(
    actor: Actor, case_id: int, facts: Facts, *, submission: UUID | None, version: int | None = None
) -> CaseOutcome:
    """A legal track. A running one of the same kind ends where the new one begins.

    A time of reflection ends by itself: on the day given, or else after the days of the country's rule pack.
    A liaison records the tracks of its own law alone. Raises TrackOfAnotherRole.
    """

    def write(work: Work) -> Entry:
        if facts["kind"] not in kept_by(actor.role):
            raise TrackOfAnotherRole
        LegalTrack.objects.filter(case=work.case, kind=facts["kind"], until_at__isnull=True).update(
            until_at=work.moment.at
        )
        LegalTrack.objects.create(
            case=work.case,
            kind=facts["kind"],
            state=facts["state"],
            country_id=facts.get("country") or actor.country_code,
            reference=facts.get("reference") or "",
            since_at=work.moment.at,
            runs_until_at=facts.get("runs_until_at") or _runs_until(actor, facts, work.moment.at),
            origin_contact_asked_by_person=bool(facts.get("origin_contact_asked_by_person")),
            institution_id=actor.institution_id,
        )
        if facts["kind"] == LegalTrackKind.ASYLUM and facts["state"] in LIVE:
            _end_consular_work(work)
        return Entry(code=facts["kind"])

    return on_case(
        actor,
        case_id,
        Action.RECORD_LEGAL,
        write,
        submission=submission,
        version=version,
        compartment=compartment_for(actor.role),
    )


def _end_consular_work(work: Work) -> None:
    """Nothing reaches the origin state from the moment asylum is intended: its consulate sees the case no longer (gate 4)."""
    Assignment.objects.filter(case=work.case, kind=AssignmentKind.CONSULATE, until_at__isnull=True).update(
        until_at=work.moment.at
    )


def _runs_until(actor: Actor, facts: Facts, at: datetime) -> datetime | None:
    if facts["kind"] != LegalTrackKind.REFLECTION or facts["state"] != LegalTrackState.OPEN:
        return None
    pack = RulePack.objects.filter(registry=actor.registry_id, country=actor.country_code).first()
    return at + timedelta(days=(pack or RulePack()).reflection_days)
