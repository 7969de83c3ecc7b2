"""What those who watch over the registry do: a remark on a line of the audit list, a coded phrase to who is long overdue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from common import second_wall
from referral.actor import Actor, context_of
from referral.enums import Action, DeadlineState, OverduePhrase, Refused
from referral.errors import AskedLately, NotAllowed, NotLongOverdue
from referral.models import AuditReview, Deadline, Denial, OverdueAsk
from referral.policy import allowed
from referral.selectors import audit, stubs
from referral.services import events, notify
from referral.services.command import begin, one_at_a_time, share
from referral.services.moment import Moment, moment_of

ASKED_AGAIN_AFTER = timedelta(days=1)
"""How much exercise time a country has to answer before it is asked again (exercise default)."""


@dataclass(frozen=True, slots=True)
class Done:
    """What an act left behind. `repeated` says that the same form had been recorded before."""

    row: Any
    repeated: bool = False


def review(
    actor: Actor, kind: audit.Kind, pk: int, remark: str, language: str = "", *, submission: UUID | None
) -> Done:
    """Mark a line of the audit list as reviewed. It stands in the record of the case that the line is about.

    Raises NotAllowed for another role and for a line that is not on this officer's list, ExercisePaused, RegistryEnded.
    """
    key = submission or uuid4()
    with second_wall.command():
        registry = share(actor.registry_id)
        if not allowed(actor, Action.REVIEW_AUDIT) or audit.row(actor, kind, pk) is None:
            raise NotAllowed
        one_at_a_time(key)
        before = AuditReview.objects.filter(user=actor.user_id, submission=key).first()
        if before is not None:
            return Done(before, repeated=True)
        case_id = audit.case_of(kind, pk)
        work = begin(actor, case_id, beyond="audit") if case_id is not None else None
        moment = work.moment if work is not None else moment_of(registry)
        row = AuditReview.objects.create(
            registry=registry,
            source=kind,
            row=pk,
            remark=remark,
            language=language,
            user_id=actor.user_id,
            institution_id=actor.institution_id,
            submission=key,
            at=moment.at,
            wall=moment.wall,
        )
        if work is not None:
            # What was remarked stays with the officers; that somebody looked stands in the chain.
            events.record(
                case=work.case,
                kind=Action.REVIEW_AUDIT,
                moment=moment,
                actor=actor,
                code=kind,
                content={"review": row.pk},
            )
        return Done(row)


def ask_overdue(actor: Actor, pk: int, phrase: OverduePhrase, *, submission: UUID | None) -> Done:
    """Ask whoever owes something that is long overdue for an answer. Both the owing institution and the record hear it.

    Raises NotAllowed, NotLongOverdue when it was done meanwhile, AskedLately within a day of the last time,
    ExercisePaused, RegistryEnded, Deadline.DoesNotExist.
    """
    key = submission or uuid4()
    with second_wall.command():
        share(actor.registry_id)
        if not allowed(actor, Action.ASK_OVERDUE):
            raise NotAllowed
        with second_wall.across("stubs"):
            case_id = Deadline.objects.values_list("case_id", flat=True).get(pk=pk, registry=actor.registry_id)
        work = begin(actor, case_id, beyond="stubs")
        before = OverdueAsk.objects.filter(user=actor.user_id, submission=key).first()
        if before is not None:
            return Done(before, repeated=True)
        deadline = Deadline.objects.select_related("owes", "handover").get(pk=pk)
        stub = stubs.stub(actor, pk)
        if stub is None or deadline.state != DeadlineState.OPEN:
            raise NotLongOverdue
        if stub.asked_at is not None and work.moment.at - stub.asked_at < ASKED_AGAIN_AFTER:
            raise AskedLately
        row = OverdueAsk.objects.create(
            registry=work.registry,
            deadline=deadline,
            phrase=phrase,
            user_id=actor.user_id,
            institution_id=actor.institution_id,
            submission=key,
            at=work.moment.at,
            wall=work.moment.wall,
        )
        event = events.record(
            case=work.case,
            kind=Action.ASK_OVERDUE,
            moment=work.moment,
            actor=work.actor,
            handover=deadline.handover,
            code=phrase,
            content={"deadline": pk},
        )
        notify.tell(
            event=event,
            kind=Action.ASK_OVERDUE,
            institutions=[deadline.owes],
            moment=work.moment,
            handover=deadline.handover,
        )
        return Done(row)


def deny(actor: Actor, page: str, code: str, answer: Refused, moment: Moment) -> Denial:
    """Write down an attempt that was refused, in a transaction of its own: that of the request has been rolled back.

    It is written whatever the clock of the exercise says: an attempt while it is paused is one too.
    """
    with second_wall.transaction_of_its_own():
        second_wall.set_context(context_of(actor))
        return Denial.objects.create(
            registry_id=actor.registry_id,
            user_id=actor.user_id,
            institution_id=actor.institution_id,
            role=actor.role,
            page=page[:40],
            code=code[:24].replace("\0", ""),
            answer=answer,
            at=moment.at,
            wall=moment.wall,
        )
