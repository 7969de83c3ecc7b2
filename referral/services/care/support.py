"""Needs, services, and who works on the case."""

from __future__ import annotations

from uuid import UUID

from referral.actor import Actor
from referral.enums import (
    Action,
    AssignmentKind,
    Compartment,
    InstitutionKind,
    LegalTrackKind,
    NeedKind,
    ServiceState,
)
from referral.errors import (
    ClosedPlacement,
    InstitutionElsewhere,
    NothingReachesOrigin,
    PersonMustPermit,
    RecipientBlocked,
)
from referral.home_referrals import PROVIDERS, work_of
from referral.models import Assignment, BlockedRecipient, Institution, Need, Service
from referral.safeguards import forbids_detention, is_closed_placement
from referral.selectors.facts import live_tracks, safeguards
from referral.service_states import PROMISED, standing
from referral.services import child_review, identification, private_talk
from referral.services.act import CaseOutcome, Entry, Facts, on_case
from referral.services.command import Work
from referral.services.telling import told_to


def add_need(
    actor: Actor, case_id: int, facts: Facts, *, submission: UUID | None, version: int | None = None
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


def meet_need(actor: Actor, case_id: int, need_id: int, *, submission: UUID | None) -> CaseOutcome:
    """A need is met. Raises Need.DoesNotExist for one of another case or of a former holder."""

    def write(work: Work) -> Entry:
        need = Need.objects.get(pk=need_id, case=work.case, institution__country=actor.country_code)
        need.met_at = work.moment.at
        need.save(update_fields=["met_at"])
        return Entry(code=need.kind)

    return on_case(
        actor, case_id, Action.RECORD_CARE, write, submission=submission, compartment=Compartment.D2, kind="meet_need"
    )


def add_service(
    actor: Actor, case_id: int, facts: Facts, *, submission: UUID | None, version: int | None = None
) -> CaseOutcome:
    """A service that runs or is planned: who gives it, who pays, from, to, funded until.

    Whoever gives a bed works on the case from now on, as after a request to it, and is told: the person sleeps there.
    Raises ClosedPlacement for a bed with police, border or prosecution for whoever must not be detained, and for any
    other bed what `begin_work` raises.
    """
    beds: list[Institution] = []

    def write(work: Work) -> Entry:
        provider, at = facts["provider"], work.moment.at
        if is_closed_placement(facts["kind"], provider.kind) and forbids_detention(safeguards(work.case)):
            raise ClosedPlacement
        state, since = facts.get("state") or ServiceState.RUNNING, facts.get("since_at") or at
        service = Service.objects.create(
            case=work.case,
            kind=facts["kind"],
            provider=provider,
            payer=facts.get("payer") or "",
            state=ServiceState.CONFIRMED if state == ServiceState.RUNNING and since > at else state,
            since_at=since,
            until_at=facts.get("until_at"),
            funded_until_at=facts.get("funded_until_at"),
            institution_id=actor.institution_id,
        )
        if service.kind == NeedKind.SHELTER and provider.kind in PROVIDERS and standing(service, at) in PROMISED:
            begin_work(work, work_of(provider.kind), provider)
            beds.append(provider)
        return Entry(code=facts["kind"])

    return told_to(
        actor,
        case_id,
        Action.RECORD_CARE,
        write,
        lambda _work: beds,
        submission=submission,
        version=version,
        compartment=Compartment.D2,
        kind="add_service",
    )


def end_service(
    actor: Actor, case_id: int, service_id: int, facts: Facts, *, submission: UUID | None, version: int | None = None
) -> CaseOutcome:
    """A service ends, with a reason; at once, or at a given time (then it runs until it).

    Raises Service.DoesNotExist for one of another case or of a former holder.
    """

    def write(work: Work) -> Entry:
        service = Service.objects.get(pk=service_id, case=work.case, institution__country=actor.country_code)
        until = facts.get("until_at") or work.moment.at
        service.end_reason, service.until_at = (facts["end_reason"], max(until, service.since_at))
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


def begin_work(work: Work, kind: str, institution: Institution) -> Entry:
    """Write that an institution of the answering country works on the case from now on.

    Raises InstitutionElsewhere, and RecipientBlocked for one that the person keeps out.
    """
    holder = work.case.holder
    if holder is None or (institution.registry_id, institution.country_id) != (work.registry.pk, holder.country_id):
        raise InstitutionElsewhere
    refuse_blocked(work, institution)
    Assignment.objects.get_or_create(
        case=work.case, kind=kind, institution=institution, until_at=None, defaults={"since_at": work.moment.at}
    )
    _pass_on(work, institution)
    return Entry(code=kind, content={"institution": institution.pk})


def _pass_on(work: Work, institution: Institution) -> None:
    """What is asked of child protection is owed by whoever works for the child now."""
    if institution.kind == InstitutionKind.CHILD_PROTECTION:
        private_talk.pass_on(work)
        child_review.pass_on(work)


def refuse_blocked(work: Work, institution: Institution) -> None:
    """Nothing goes to an institution that must never learn of the person. Raises RecipientBlocked."""
    if BlockedRecipient.objects.filter(person=work.case.person, institution=institution).exists():
        raise RecipientBlocked


def assign(actor: Actor, case_id: int, facts: Facts, *, submission: UUID | None) -> CaseOutcome:
    """Ask an institution to work on the case. It is told and sees the case from now on; custody does not move.

    An adviser works with the person's permission only, a consulate never while asylum is open (gate 4), and an
    authority owes its first decision from now on. Raises PersonMustPermit, NothingReachesOrigin.
    """

    def write(work: Work) -> Entry:
        if facts["kind"] == AssignmentKind.ADVISER and not facts.get("person_permits"):
            raise PersonMustPermit
        if facts["kind"] == AssignmentKind.CONSULATE and LegalTrackKind.ASYLUM in live_tracks(work.case):
            raise NothingReachesOrigin
        entry = begin_work(work, facts["kind"], facts["institution"])
        if facts["kind"] == AssignmentKind.AUTHORITY:
            identification.open_file(work, facts["institution"])
        return entry

    return told_to(actor, case_id, Action.ASSIGN, write, lambda _work: [facts["institution"]], submission=submission)


def unassign(actor: Actor, case_id: int, assignment_id: int, *, submission: UUID | None) -> CaseOutcome:
    """The work of an institution on the case ends, and with it what it sees; it is told. Raises Assignment.DoesNotExist."""
    ended: list[Institution] = []

    def write(work: Work) -> Entry:
        assignment = Assignment.objects.exclude(kind=AssignmentKind.FOCAL_POINT).get(
            pk=assignment_id, case=work.case, until_at__isnull=True
        )
        assignment.until_at = work.moment.at
        assignment.save(update_fields=["until_at"])
        ended.append(assignment.institution)
        if assignment.kind == AssignmentKind.AUTHORITY:
            identification.close_file(work, assignment.institution)
        _pass_on(work, assignment.institution)
        return Entry(code=assignment.kind, content={"institution": assignment.institution_id})

    return told_to(actor, case_id, Action.ASSIGN, write, lambda _work: ended, submission=submission, kind="unassign")
