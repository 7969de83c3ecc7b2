"""Two files of one person become one: one custody chain ends, both histories stay, and the past overlap is shown.

Source: `domain.md` section 3. Where two institutions hold the two files, the one that goes on has to say yes.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from common import second_wall
from common.working_time import add_hours
from referral import limits
from referral.actor import Actor
from referral.enums import (
    OPEN_STATES,
    Action,
    CaseStage,
    ClosureReason,
    CustodyReason,
    HandoverState,
    ProposalState,
)
from referral.errors import FilesNotJoinable, NotAllowed, NothingProposed
from referral.models import Assignment, BlockedRecipient, Case, CaseEvent, Handover, Proposal
from referral.policy import allowed
from referral.selectors.facts import safeguards
from referral.services import custody, deadlines, events, lifecycle, notify, second_person
from referral.services.act import CaseOutcome
from referral.services.command import Work, begin, check_constraints, recorded


def ask(actor: Actor, case_id: int, *, into_code: str, reason: str, submission: UUID | None) -> CaseOutcome:
    """Say that this file and the one with `into_code` are about one person; this one would end.

    Held by the same institution, the files are joined at once. Otherwise the holder of the other file is asked, and
    the asker is told the same whether there is such a file or not. Raises FilesNotJoinable for what the asker can see.
    """
    with second_wall.command():
        with second_wall.across("merge"):
            other = (
                Case.objects.filter(registry=actor.registry_id, person__public_code=into_code.strip().upper())
                .exclude(pk=case_id)
                .first()
            )
        works = _begun(actor, case_id, other)
        work = works[case_id]
        before = recorded(actor, submission, case_id)
        if before is not None:
            return CaseOutcome(work.case, before, repeated=True)
        if not allowed(actor, Action.MERGE, work.case):
            raise NotAllowed
        if not _joinable(work):
            raise FilesNotJoinable
        if other is not None and works[other.pk].case.holder_id == actor.institution_id:
            event = join(work, works[other.pk], submission)
        else:
            event = _asked(work, works[other.pk] if other else None, reason, submission)
        check_constraints()
        return CaseOutcome(work.case, event)


def answer(actor: Actor, proposal_id: int, *, yes: bool, submission: UUID | None) -> CaseOutcome:
    """The holder of the file that would go on says yes, and both become one; or no, and nothing changes.

    Raises NothingProposed when it was decided or taken back meanwhile, FilesNotJoinable when one has moved on.
    """
    with second_wall.command():
        asked = Proposal.objects.filter(
            pk=proposal_id, registry=actor.registry_id, action=Action.MERGE, institution=actor.institution_id
        ).first()
        if asked is None:
            raise NothingProposed
        survivor = Case.objects.get(pk=asked.facts["into"])
        works = _begun(actor, survivor.pk, asked.case)
        work = works[survivor.pk]
        before = recorded(actor, submission, None)
        if before is not None:
            return CaseOutcome(work.case, before, repeated=True)
        if not allowed(actor, Action.MERGE, work.case):
            raise NotAllowed
        asked = Proposal.objects.select_for_update().get(pk=proposal_id)
        if asked.state != ProposalState.OPEN:
            raise NothingProposed
        if yes:
            second_person.confirm(work, asked)
            event = join(works[asked.case_id], work, submission)
        else:
            second_person.drop(works[asked.case_id], asked.pk)
            event = events.record(
                case=work.case, kind="merge_refused", moment=work.moment, actor=actor, submission=submission
            )
        check_constraints()
        return CaseOutcome(work.case, event)


def _begun(actor: Actor, mine: int, other: Case | None) -> dict[int, Work]:
    """Both cases locked in the order of their keys."""
    if other is None:
        return {mine: begin(actor, mine)}
    return {pk: begin(actor, pk, beyond="merge" if pk == other.pk else "") for pk in sorted({mine, other.pk})}


def _joinable(work: Work) -> bool:
    """Open, without an open handover, and not received so lately that the receipt may still be corrected."""
    case = work.case
    lately = add_hours(work.moment.at, -limits.CORRECT_RECEIPT_WITHIN.hours)
    under_way = Q(state__in=OPEN_STATES) | Q(state=HandoverState.RECEIVED, received_at__gt=lately)
    asked_back = Q(state=HandoverState.RECEIVED, correction_asked_at__isnull=False)
    return (
        case.holder_id is not None
        and case.stage != CaseStage.CLOSED
        and not Handover.objects.filter(under_way | asked_back, case=case).exists()
    )


def _asked(work: Work, other: Work | None, reason: str, submission: UUID | None) -> CaseEvent:
    event = events.record(
        case=work.case, kind="merge_asked", moment=work.moment, actor=work.actor, submission=submission
    )
    if other is None or other.case.holder is None:
        return event
    pending = Proposal.objects.filter(case=work.case, action=Action.MERGE, state=ProposalState.OPEN)
    if not pending.exists():
        Proposal.objects.create(
            registry=work.registry,
            case=work.case,
            action=Action.MERGE,
            facts={"into": other.case.pk, "reason": reason},
            institution=other.case.holder,
            proposed_by_id=work.actor.user_id,
            proposed_at=work.moment.at,
        )
        heard = events.record(case=other.case, kind="merge_asked", moment=work.moment)
        notify.tell(event=heard, kind="merge_asked", institutions=[other.case.holder], moment=work.moment)
    return event


def join(ending: Work, surviving: Work, submission: UUID | None) -> CaseEvent:
    """End one chain and carry what protects the person over to the other file. Both cases are locked by the caller."""
    gone, stays, moment = ending.case, surviving.case, ending.moment
    if not (_joinable(ending) and _joinable(surviving)):
        raise FilesNotJoinable
    former = gone.holder
    lifecycle.discard_drafts(ending)
    carried = {s.value for s in safeguards(gone)} | set(stays.carried_safeguards)
    Assignment.objects.filter(case=gone, until_at__isnull=True).update(until_at=moment.at)
    deadlines.close_deadlines(case=gone, moment=moment, cancelled=True, reason=Action.MERGE)
    custody.append(gone, None, CustodyReason.MERGED, moment)
    gone.merged_into, gone.stage, gone.closure_reason = stays, CaseStage.CLOSED, ClosureReason.DUPLICATE
    gone.closed_at = moment.at
    gone.version += 1
    gone.save(update_fields=["merged_into", "stage", "closure_reason", "closed_at", "version"])
    stays.carried_safeguards = sorted(carried)
    stays.immediate_danger = stays.immediate_danger or gone.immediate_danger
    stays.non_punishment = stays.non_punishment or gone.non_punishment
    stays.version += 1
    stays.save(update_fields=["carried_safeguards", "immediate_danger", "non_punishment", "version"])
    for blocked in gone.person.blocked.all():
        BlockedRecipient.objects.get_or_create(
            person=stays.person,
            country=blocked.country,
            institution=blocked.institution,
            defaults={"reason": blocked.reason},
        )
    event = events.record(
        case=gone, kind=Action.MERGE, moment=moment, actor=ending.actor, code="ends", submission=submission
    )
    events.record(case=stays, kind=Action.MERGE, moment=moment, actor=ending.actor, code="goes_on")
    if former is not None:
        # About its own file: the code word of the other one is not told by this.
        notify.tell(
            event=event,
            kind=Action.MERGE,
            institutions=[former],
            moment=moment,
            except_user_id=ending.actor.user_id,
        )
    return event
