"""The private talk: somebody asks the person alone what the person wants, before a stop counts or is taken back.

For an adult the sender asks. For a child only child protection decides (docs/decisions/0030), so child protection asks:
it owes the talk, is told of what made it necessary, and is reminded (docs/decisions/0073).
"""

from __future__ import annotations

from collections.abc import Iterable

from referral.enums import CHILD_PROTECTION_DECIDES, Action, DeadlineKind, DeadlineState, HandoverState, HoldReason
from referral.models import Deadline, Handover, Institution
from referral.services import child_answers, deadlines
from referral.services.command import Work
from referral.services.handover_deadlines import pace

BEGINS_WITH = frozenset({Action.STOP, Action.HOLD, Action.TURN_BACK})
"""Rows after which the talk may be owed."""


def owed_by(work: Work, handover: Handover) -> Institution:
    """Who has to ask now: child protection that works on the case of a child, otherwise the sender.

    Nobody owes what it may not give: child protection that has not been told yet reads nothing of the handover. Until
    then the sender is reminded, which has to tell it (`DeadlineKind.CHILD_NOTICE`) and can always withdraw.
    """
    if handover.child or handover.hold_reason == HoldReason.CHILD_OBJECTS:
        return child_answers.working(work) or handover.sender
    return handover.sender


def owe(work: Work, handover: Handover) -> None:
    """Within a day somebody asks the person in private what the person wants (exercise default).

    Owed once, by whoever has to ask now. Where that has become another institution, the person's day goes on: what is
    left of it is the time of the next.
    """
    asks = owed_by(work, handover)
    owed = Deadline.objects.filter(handover=handover, kind=DeadlineKind.CONFIRM_STOP, state=DeadlineState.OPEN)
    running = owed.select_related("owes", "other_side", "handover").first()
    if running is None:
        deadlines.open_deadline(
            case=work.case,
            kind=DeadlineKind.CONFIRM_STOP,
            owes=asks,
            other_side=handover.receiver,
            handover=handover,
            moment=work.moment,
            **pace(handover),
        )
    elif running.owes_id != asks.pk:
        deadlines.pass_on(running, asks, case=work.case, moment=work.moment, urgent=pace(handover)["urgent"])


def pass_on(work: Work) -> None:
    """Child protection has begun or ended its work on the case, or the person is found to be a child: who asks now?"""
    waiting = Handover.objects.filter(
        case=work.case, state=HandoverState.HELD, hold_reason__in=sorted(CHILD_PROTECTION_DECIDES)
    )
    for handover in waiting.select_related("sender", "receiver"):
        owe(work, handover)


def told_of(work: Work, handover: Handover, action: Action) -> Iterable[Institution]:
    """Who is told of an act beside both sides: whoever has to ask the person because of it."""
    waits = handover.state == HandoverState.HELD and handover.hold_reason in CHILD_PROTECTION_DECIDES
    return [owed_by(work, handover)] if waits and action in BEGINS_WITH else []
