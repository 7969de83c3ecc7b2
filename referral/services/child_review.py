"""The review of a child who left, or was received, on an assessment alone: gate 1 lets a child go in urgent danger.

Child protection that works on the case owes it; until child protection works on it, whoever answers for the child, who
has to tell it (docs/decisions/0073).
"""

from __future__ import annotations

from datetime import datetime

from referral.enums import DeadlineKind, DeadlineState
from referral.models import ChildFile, Deadline, Handover
from referral.selectors.facts import is_child
from referral.services import child_answers, deadlines
from referral.services.command import Work


def is_undetermined(work: Work, handover: Handover) -> bool:
    """Whether this is a child for whom child protection of the country that answers has made no determination."""
    child = handover.child or is_child(work.case)
    return child and not ChildFile.objects.filter(case=work.case, determination_at__isnull=False).exists()


def owe(work: Work, since: datetime | None = None) -> None:
    """Within 72 hours of now, or of `since` (exercise time), the determination is made (exercise default). Owed once."""
    assert work.case.holder is not None, "whoever holds nobody sends and receives nobody"
    asks = child_answers.working(work) or work.case.holder
    owed = Deadline.objects.filter(case=work.case, kind=DeadlineKind.REVIEW_CHILD, state=DeadlineState.OPEN)
    running = owed.select_related("owes").first()
    if running is None:
        deadlines.open_deadline(
            case=work.case,
            kind=DeadlineKind.REVIEW_CHILD,
            owes=asks,
            opened_at=since or work.moment.at,
            child=True,
            moment=work.moment,
        )
    elif running.owes_id != asks.pk:
        deadlines.pass_on(running, asks, case=work.case, moment=work.moment, urgent=False)


def pass_on(work: Work) -> None:
    """Child protection has begun or ended its work on the case: who owes the review now?"""
    if Deadline.objects.filter(case=work.case, kind=DeadlineKind.REVIEW_CHILD, state=DeadlineState.OPEN).exists():
        owe(work)


def end(work: Work, *, made: bool) -> None:
    """The determination is made; or nobody needs it any more."""
    deadlines.close_deadlines(case=work.case, kinds=[DeadlineKind.REVIEW_CHILD], moment=work.moment, cancelled=not made)
