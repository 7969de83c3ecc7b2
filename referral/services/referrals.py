"""Asking a service at home to help, and its answers. The table is `referral.home_referrals`; custody never moves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from common import second_wall
from referral.actor import Actor
from referral.codes import reference
from referral.enums import Action, Basis, Compartment, DeadlineKind, ReferralState, ServiceState, Urgency
from referral.errors import (
    ChangedMeanwhile,
    FactMissing,
    InstitutionElsewhere,
    NotAllowed,
    PersonMustPermit,
    ReferralMovedOn,
)
from referral.home_referrals import EVENTS, PROVIDERS, STEPS, Answer, Step, may_be_told, work_of
from referral.models import CaseEvent, Disclosure, HomeReferral, Institution, Service
from referral.policy import allowed, reads
from referral.selectors.facts import is_child
from referral.selectors.referrals import contents_for
from referral.services import deadlines, events, notify
from referral.services.act import CaseOutcome, Entry, Facts
from referral.services.care.support import begin_work, refuse_blocked
from referral.services.command import Work, begin, check_constraints, recorded
from referral.services.packet import freeze_identity
from referral.services.telling import told_to


def send(
    actor: Actor, case_id: int, facts: Facts, *, submission: UUID | None, version: int | None = None
) -> CaseOutcome:
    """Ask a service of the own country to help, with the least that it needs to know, frozen now.

    Facts: provider, kind, urgency, compartments, message, person_agrees. Raises PersonMustPermit without the person's
    agreement, InstitutionElsewhere for a service of another country or none, RecipientBlocked for one that the person keeps out.
    """

    def write(work: Work) -> Entry:
        provider: Institution = facts["provider"]
        _check(work, provider, facts)
        kept = set(facts.get("compartments") or ()) & {
            c.value for c in may_be_told(provider.kind) if reads(actor.role, c)
        }
        row = HomeReferral.objects.create(
            registry=work.registry,
            case=work.case,
            reference=reference("R"),
            sender_id=actor.institution_id,
            provider=provider,
            kind=facts["kind"],
            urgency=facts.get("urgency") or Urgency.STANDARD,
            person_agrees=True,
            compartments=sorted({Compartment.D0.value, *kept}),
            contents=contents_for(work.case, kept, work.moment.at),
            message=facts.get("message") or "",
            sent_at=work.moment.at,
        )
        freeze_identity(work.case, row.contents, referral=row)
        _disclose(work, row)
        _owe(work, row, DeadlineKind.REFERRAL)
        return Entry(code=row.kind, content={"referral": row.reference, "institution": provider.pk})

    return told_to(
        actor, case_id, Action.REFER, write, lambda _work: [facts["provider"]],
        submission=submission, version=version, compartment=Compartment.D2,
    )  # fmt: skip


def _check(work: Work, provider: Institution, facts: Facts) -> None:
    if not facts.get("person_agrees"):
        raise PersonMustPermit
    home = work.case.holder.country_id if work.case.holder else None
    same = (provider.registry_id, provider.country_id) == (work.registry.pk, home)
    if not same or provider.kind not in PROVIDERS or provider.pk == work.actor.institution_id:
        raise InstitutionElsewhere
    refuse_blocked(work, provider)


def _disclose(work: Work, row: HomeReferral) -> None:
    """One row per compartment. The person agreed to this very referral, which the row points to."""
    Disclosure.objects.bulk_create(
        Disclosure(
            case=work.case, referral=row, recipient=row.provider, compartment=compartment, fields=sorted(fields),
            basis=Basis.DEFAULT, at=work.moment.at,
        )
        for compartment, fields in row.contents.items()
    )  # fmt: skip


def _owe(work: Work, row: HomeReferral, kind: DeadlineKind) -> None:
    deadlines.open_deadline(
        case=work.case, kind=kind, owes=row.provider, other_side=row.sender, referral=row, moment=work.moment,
        urgent=row.urgency == Urgency.URGENT, child=is_child(work.case),
    )  # fmt: skip


def answer(
    actor: Actor, referral_id: int, step: Answer, facts: Facts, *, submission: UUID | None, version: int | None = None
) -> CaseOutcome:
    """Take one step of the table on a referral. `version` is the referral's version that the form was made from.

    Raises NotAllowed, ReferralMovedOn when it was decided meanwhile, ChangedMeanwhile, FactMissing, and what the clock refuses.
    """
    with second_wall.command():
        found = HomeReferral.objects.get(pk=referral_id, registry=actor.registry_id)
        work = begin(actor, found.case_id)
        row = HomeReferral.objects.select_related("sender", "provider").get(pk=referral_id)
        _check_policy(work, row, STEPS[step])
        before = recorded(actor, submission, row.case_id)
        if before is not None:
            return CaseOutcome(work.case, before, repeated=True)
        _check_step(row, STEPS[step], facts, version)
        _move(work, row, step, facts)
        event = _record(work, row, step, submission)
        other = row.sender if STEPS[step].by_provider else row.provider
        notify.tell(
            event=event, kind=event.kind, institutions=[other], moment=work.moment, except_user_id=actor.user_id
        )
        check_constraints()
        return CaseOutcome(work.case, event)


def _check_policy(work: Work, row: HomeReferral, step: Step) -> None:
    actor = work.actor
    may = (
        allowed(actor, Action.ANSWER_REFERRAL, row)
        if step.by_provider
        else allowed(actor, Action.VIEW_REFERRAL, row) and row.sender_id == actor.institution_id
    )
    if not may:
        raise NotAllowed


def _check_step(row: HomeReferral, step: Step, facts: Facts, version: int | None) -> None:
    if ReferralState(row.state) not in step.sources:
        raise ReferralMovedOn
    if version is not None and version != row.version:
        raise ChangedMeanwhile
    if any(facts.get(name) in (None, "", []) for name in step.needs):
        raise FactMissing


def _move(work: Work, row: HomeReferral, step: Answer, facts: Facts) -> None:
    """Write the new state with its time, meet and open deadlines, and begin the help where it was promised."""
    at, rule = work.moment.at, STEPS[step]
    stamps: dict[Answer, dict[str, Any]] = {
        Answer.ACKNOWLEDGE: {"acknowledged_at": at},
        Answer.ACCEPT: {"decided_at": at, "begins_at": facts.get("begins_at") or at},
        Answer.DECLINE: {"decided_at": at, "closed_at": at, "decline_reason": facts.get("decline_reason") or ""},
        Answer.REPORT: {"feedback": facts.get("feedback") or "", "feedback_at": at, "closed_at": at},
        Answer.WITHDRAW: {"closed_at": at},
    }
    if step in (Answer.ACCEPT, Answer.DECLINE) and row.acknowledged_at is None:
        stamps[step]["acknowledged_at"] = at
    row.state, row.version = rule.target, row.version + 1
    for name, value in stamps[step].items():
        setattr(row, name, value)
    row.save(update_fields=["state", "version", *stamps[step]])
    deadlines.close_deadlines(case=work.case, referral=row, kinds=rule.closes, moment=work.moment, cancelled=rule.moot)
    for kind in rule.opens:
        _owe(work, row, kind)
    if step is Answer.ACCEPT:
        _begin_help(work, row, facts)


def _begin_help(work: Work, row: HomeReferral, facts: Facts) -> None:
    """The service appears among the person's services, and sees the case as far as its role reads."""
    begins = row.begins_at or work.moment.at
    Service.objects.create(
        case=work.case,
        kind=row.kind,
        provider=row.provider,
        state=ServiceState.CONFIRMED if begins > work.moment.at else ServiceState.RUNNING,
        since_at=begins,
        until_at=facts.get("until_at"),
        institution=row.sender,
    )
    begin_work(work, work_of(row.provider.kind), row.provider)


def _record(work: Work, row: HomeReferral, step: Answer, submission: UUID | None) -> CaseEvent:
    work.case.version += 1
    work.case.save(update_fields=["version"])
    return events.record(
        case=work.case,
        kind=EVENTS[step],
        moment=work.moment,
        actor=work.actor,
        code=row.decline_reason if step is Answer.DECLINE else row.kind,
        content={"referral": row.reference},
        compartment=Compartment.D2,
        submission=submission,
    )
