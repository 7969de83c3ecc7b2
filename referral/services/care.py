"""Looking after a person at home: tonight, facts, screening, needs and services, where she is, risk, law, the child's file."""

from __future__ import annotations

from uuid import UUID

from referral.actor import Actor
from referral.enums import (
    Action,
    CaseStage,
    Compartment,
    DeadlineKind,
    Opinion,
    RiskLevel,
    ServiceState,
    TraffickingStatus,
    WhereaboutsKind,
    YesNoUnknown,
)
from referral.errors import ArrivalImpossible
from referral.limits import RISK_VALID
from referral.models import (
    Assignment,
    ChildFile,
    Institution,
    LegalTrack,
    Need,
    RiskAssessment,
    Screening,
    Service,
    Whereabouts,
)
from referral.selectors.facts import is_child
from referral.services import deadlines
from referral.services.act import CaseOutcome, Entry, Facts, changed, on_case
from referral.services.command import Work
from referral.services.intake import SCREENING_VERSION

TONIGHT = ("safe_tonight", "bed_until_at", "medicine_until_at", "call_tonight")
PERSON = (
    "sex", "gender", "age_low", "age_high", "age_basis", "maybe_child", "languages", "needs_interpreter", "citizenships",
    "feared_countries", "dependants", "accompanied", "wishes", "safe_contact", "adaptation", "no_family_contact",
)  # fmt: skip


def record_tonight(
    actor: Actor,
    case_id: int,
    facts: Facts,
    *,
    submission: UUID | None,
    version: int | None = None,
) -> CaseOutcome:
    """Whether the person is safe tonight, until when there is a bed and medicine, and who to call."""

    def write(work: Work) -> Entry:
        names = changed(work.case.person, facts, TONIGHT)
        safe = facts.get("safe_tonight")
        if safe in (YesNoUnknown.YES, YesNoUnknown.NO):
            _place(
                work,
                WhereaboutsKind.SAFE_PLACE
                if safe == YesNoUnknown.YES
                else WhereaboutsKind.NO_SAFE_PLACE,
            )
        if safe == YesNoUnknown.YES:
            deadlines.close_deadlines(
                case=work.case, kinds=[DeadlineKind.TONIGHT], moment=work.moment
            )
        return Entry(code=str(safe or ""), content={"facts": names})

    return on_case(
        actor,
        case_id,
        Action.RECORD_TONIGHT,
        write,
        submission=submission,
        version=version,
        compartment=Compartment.D2,
    )


def _place(work: Work, kind: WhereaboutsKind) -> None:
    last = (
        Whereabouts.objects.filter(case=work.case)
        .order_by("-happened_at", "-pk")
        .first()
    )
    if (
        last is not None
        and last.kind == kind
        and last.country_id == work.actor.country_code
    ):
        return
    Whereabouts.objects.create(
        case=work.case,
        kind=kind,
        country_id=work.actor.country_code,
        happened_at=work.moment.at,
        recorded_at=work.moment.at,
        institution_id=work.actor.institution_id,
        support_running=kind is WhereaboutsKind.SAFE_PLACE,
    )


def record_person(
    actor: Actor,
    case_id: int,
    facts: Facts,
    *,
    submission: UUID | None,
    version: int | None = None,
) -> CaseOutcome:
    """Facts about the person. A corrected age changes which deadlines apply from now on, never those that run."""

    def write(work: Work) -> Entry:
        was_child = is_child(work.case)
        names = changed(work.case.person, facts, PERSON)
        if is_child(work.case) and not was_child:
            _child_found(work)
        return Entry(content={"facts": names})

    return on_case(
        actor,
        case_id,
        Action.RECORD_FACTS,
        write,
        submission=submission,
        version=version,
        compartment=Compartment.D2,
    )


def _child_found(work: Work) -> None:
    """The presumption of minority switches the child's safeguards on by itself: child protection has to be told."""
    assert work.case.holder is not None
    file = ChildFile.objects.filter(case=work.case).first()
    if file is None or file.told_child_protection_at is None:
        deadlines.close_deadlines(
            case=work.case,
            kinds=[DeadlineKind.CHILD_NOTICE],
            moment=work.moment,
            cancelled=True,
        )
        deadlines.open_deadline(
            case=work.case,
            kind=DeadlineKind.CHILD_NOTICE,
            owes=work.case.holder,
            moment=work.moment,
            child=True,
        )


def record_screening(
    actor: Actor,
    case_id: int,
    facts: Facts,
    *,
    submission: UUID | None,
    version: int | None = None,
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
        if (
            facts["opinion"] == Opinion.POSSIBLE
            and case.status == TraffickingStatus.NOT_ASSESSED
        ):
            case.status = TraffickingStatus.PRESUMED
        case.non_punishment = (
            case.non_punishment
            or bool(facts.get("indicators"))
            or facts["opinion"] == Opinion.POSSIBLE
        )
        case.save(update_fields=["stage", "status", "non_punishment"])
        deadlines.close_deadlines(
            case=case, kinds=[DeadlineKind.SCREEN], moment=work.moment
        )
        return Entry(code=facts["opinion"])

    return on_case(
        actor,
        case_id,
        Action.SCREEN,
        write,
        submission=submission,
        version=version,
        compartment=Compartment.D3,
    )


def add_need(
    actor: Actor,
    case_id: int,
    facts: Facts,
    *,
    submission: UUID | None,
    version: int | None = None,
) -> CaseOutcome:
    """A need, by urgency."""

    def write(work: Work) -> Entry:
        Need.objects.create(
            case=work.case,
            kind=facts["kind"],
            urgency=facts["urgency"],
            note=facts.get("note") or "",
            opened_at=work.moment.at,
            institution_id=actor.institution_id,
        )
        return Entry(code=facts["kind"])

    return on_case(
        actor,
        case_id,
        Action.RECORD_CARE,
        write,
        submission=submission,
        version=version,
        compartment=Compartment.D2,
        kind="add_need",
    )


def meet_need(
    actor: Actor, case_id: int, need_id: int, *, submission: UUID | None
) -> CaseOutcome:
    """A need is met. Raises Need.DoesNotExist for a need of another case."""

    def write(work: Work) -> Entry:
        need = Need.objects.get(pk=need_id, case=work.case)
        need.met_at = work.moment.at
        need.save(update_fields=["met_at"])
        return Entry(code=need.kind)

    return on_case(
        actor,
        case_id,
        Action.RECORD_CARE,
        write,
        submission=submission,
        compartment=Compartment.D2,
        kind="meet_need",
    )


def add_service(
    actor: Actor,
    case_id: int,
    facts: Facts,
    *,
    submission: UUID | None,
    version: int | None = None,
) -> CaseOutcome:
    """A service that runs or is planned: who gives it, who pays, from, to, funded until."""

    def write(work: Work) -> Entry:
        Service.objects.create(
            case=work.case,
            kind=facts["kind"],
            provider=facts["provider"],
            payer=facts.get("payer") or "",
            state=facts.get("state") or ServiceState.RUNNING,
            since_at=facts.get("since_at") or work.moment.at,
            until_at=facts.get("until_at"),
            funded_until_at=facts.get("funded_until_at"),
            institution_id=actor.institution_id,
        )
        return Entry(code=facts["kind"])

    return on_case(
        actor,
        case_id,
        Action.RECORD_CARE,
        write,
        submission=submission,
        version=version,
        compartment=Compartment.D2,
        kind="add_service",
    )


def end_service(
    actor: Actor,
    case_id: int,
    service_id: int,
    facts: Facts,
    *,
    submission: UUID | None,
    version: int | None = None,
) -> CaseOutcome:
    """A service ends, with a reason; at once, or at a given time (then it runs until it).

    Raises Service.DoesNotExist for a service of another case.
    """

    def write(work: Work) -> Entry:
        service = Service.objects.get(pk=service_id, case=work.case)
        until = facts.get("until_at") or work.moment.at
        service.end_reason, service.until_at = (
            facts["end_reason"],
            max(until, service.since_at),
        )
        if until <= work.moment.at:
            service.state = ServiceState.ENDED
        service.save(update_fields=["end_reason", "until_at", "state"])
        return Entry(code=service.kind)

    return on_case(
        actor,
        case_id,
        Action.RECORD_CARE,
        write,
        submission=submission,
        version=version,
        compartment=Compartment.D2,
        kind="end_service",
    )


def record_whereabouts(
    actor: Actor,
    case_id: int,
    facts: Facts,
    *,
    submission: UUID | None,
    version: int | None = None,
) -> CaseOutcome:
    """Where the person is since when. Raises ArrivalImpossible for a time in the future."""

    def write(work: Work) -> Entry:
        happened = facts.get("happened_at") or work.moment.at
        if happened > work.moment.at:
            raise ArrivalImpossible
        Whereabouts.objects.create(
            case=work.case,
            kind=facts["kind"],
            country_id=facts.get("country") or actor.country_code,
            happened_at=happened,
            recorded_at=work.moment.at,
            institution_id=actor.institution_id,
            support_running=bool(facts.get("support_running")),
        )
        if facts["kind"] == WhereaboutsKind.MISSING:
            work.case.stage = CaseStage.MISSING
            work.case.save(update_fields=["stage"])
        return Entry(code=facts["kind"], happened_at=happened)

    return on_case(
        actor,
        case_id,
        Action.RECORD_WHEREABOUTS,
        write,
        submission=submission,
        version=version,
    )


def raise_danger(
    actor: Actor, case_id: int, facts: Facts, *, submission: UUID | None
) -> CaseOutcome:
    """Danger now: the case is urgent from here on and somebody has to make the person safe within the urgent limit."""

    def write(work: Work) -> Entry:
        work.case.immediate_danger = True
        work.case.save(update_fields=["immediate_danger"])
        changed(work.case.person, {**facts, "safe_tonight": YesNoUnknown.NO}, TONIGHT)
        _place(work, WhereaboutsKind.NO_SAFE_PLACE)
        deadlines.close_deadlines(
            case=work.case,
            kinds=[DeadlineKind.TONIGHT],
            moment=work.moment,
            cancelled=True,
        )
        deadlines.open_deadline(
            case=work.case,
            kind=DeadlineKind.TONIGHT,
            owes=Institution.objects.get(pk=work.case.holder_id),
            moment=work.moment,
            urgent=True,
            child=is_child(work.case),
        )
        return Entry()

    return on_case(
        actor,
        case_id,
        Action.RECORD_TONIGHT,
        write,
        submission=submission,
        kind="danger",
    )


def assess_risk(
    actor: Actor,
    case_id: int,
    facts: Facts,
    *,
    submission: UUID | None,
    version: int | None = None,
) -> CaseOutcome:
    """A risk assessment, valid for 7, 30 or 90 days by level (exercise default); its review becomes a deadline."""

    def write(work: Work) -> Entry:
        level = RiskLevel(facts["level"])
        valid_until = RISK_VALID[level].due(
            work.moment.at, actor.country_code, work.case.found_in.zone
        )
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
        deadlines.close_deadlines(
            case=work.case, kinds=[DeadlineKind.REVIEW_RISK], moment=work.moment
        )
        assert work.case.holder is not None
        deadlines.open_deadline(
            case=work.case,
            kind=DeadlineKind.REVIEW_RISK,
            owes=work.case.holder,
            moment=work.moment,
            due_at=valid_until,
        )
        return Entry(code=level)

    return on_case(
        actor,
        case_id,
        Action.RECORD_RISK,
        write,
        submission=submission,
        version=version,
        compartment=Compartment.D2,
    )


def assign(
    actor: Actor, case_id: int, facts: Facts, *, submission: UUID | None
) -> CaseOutcome:
    """Ask an institution to work on the case. It sees the case from now on; custody does not move."""

    def write(work: Work) -> Entry:
        Assignment.objects.get_or_create(
            case=work.case,
            kind=facts["kind"],
            institution=facts["institution"],
            until_at=None,
            defaults={"since_at": work.moment.at},
        )
        return Entry(
            code=facts["kind"], content={"institution": facts["institution"].pk}
        )

    return on_case(actor, case_id, Action.ASSIGN, write, submission=submission)


def unassign(
    actor: Actor, case_id: int, assignment_id: int, *, submission: UUID | None
) -> CaseOutcome:
    """The work of an institution on the case ends, and with it what it sees. Raises Assignment.DoesNotExist."""

    def write(work: Work) -> Entry:
        assignment = Assignment.objects.get(
            pk=assignment_id, case=work.case, until_at__isnull=True
        )
        assignment.until_at = work.moment.at
        assignment.save(update_fields=["until_at"])
        return Entry(
            code=assignment.kind, content={"institution": assignment.institution_id}
        )

    return on_case(
        actor, case_id, Action.ASSIGN, write, submission=submission, kind="unassign"
    )


def record_legal(
    actor: Actor,
    case_id: int,
    facts: Facts,
    *,
    submission: UUID | None,
    version: int | None = None,
) -> CaseOutcome:
    """A legal track. A running one of the same kind ends where the new one begins."""

    def write(work: Work) -> Entry:
        LegalTrack.objects.filter(
            case=work.case, kind=facts["kind"], until_at__isnull=True
        ).update(until_at=work.moment.at)
        LegalTrack.objects.create(
            case=work.case,
            kind=facts["kind"],
            state=facts["state"],
            country_id=facts.get("country") or actor.country_code,
            reference=facts.get("reference") or "",
            since_at=work.moment.at,
            origin_contact_asked_by_person=bool(
                facts.get("origin_contact_asked_by_person")
            ),
            institution_id=actor.institution_id,
        )
        return Entry(code=facts["kind"])

    return on_case(
        actor,
        case_id,
        Action.RECORD_LEGAL,
        write,
        submission=submission,
        version=version,
        compartment=Compartment.D5,
    )


def _child_file(work: Work) -> ChildFile:
    file, _ = ChildFile.objects.get_or_create(
        case=work.case, defaults={"institution_id": work.actor.institution_id}
    )
    return file


def record_child(
    actor: Actor,
    case_id: int,
    facts: Facts,
    *,
    submission: UUID | None,
    version: int | None = None,
) -> CaseOutcome:
    """The child's file: guardian, conflict check, assessment, view, determination. Written by child protection."""

    def write(work: Work) -> Entry:
        file = _child_file(work)
        stamped = {
            "guardian_since_at": bool(facts.get("guardian"))
            and file.guardian_since_at is None,
            "assessment_at": bool(facts.get("assessed")) and file.assessment_at is None,
            "determination_at": bool(facts.get("determined"))
            and file.determination_at is None,
        }
        at = {name: work.moment.at for name, first in stamped.items() if first}
        names = changed(
            file,
            {**facts, **at},
            ("guardian", "guardian_conflict_checked", "child_view", *at),
        )
        return Entry(content={"facts": names})

    return on_case(
        actor,
        case_id,
        Action.RECORD_CHILD,
        write,
        submission=submission,
        version=version,
        compartment=Compartment.D7,
    )


def tell_child_protection(
    actor: Actor, case_id: int, institution: Institution, *, submission: UUID | None
) -> CaseOutcome:
    """Child protection is told and works on the case from now on."""

    def write(work: Work) -> Entry:
        file = _child_file(work)
        file.told_child_protection_at = work.moment.at
        file.save(update_fields=["told_child_protection_at"])
        Assignment.objects.get_or_create(
            case=work.case,
            kind="child_protection",
            institution=institution,
            until_at=None,
            defaults={"since_at": work.moment.at},
        )
        deadlines.close_deadlines(
            case=work.case, kinds=[DeadlineKind.CHILD_NOTICE], moment=work.moment
        )
        return Entry(code="child_protection", content={"institution": institution.pk})

    return on_case(
        actor,
        case_id,
        Action.ASSIGN,
        write,
        submission=submission,
        kind="tell_child_protection",
    )
