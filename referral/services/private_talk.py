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

ASKED_BY_ANOTHER = "asked by another institution"
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
    asks, which, due_at = owed_by(work, handover), pace(handover), None
    running = Deadline.objects.filter(
        handover=handover, kind=DeadlineKind.CONFIRM_STOP, state=DeadlineState.OPEN
    ).first()
    if running is not None:
        if running.owes_id == asks.pk:
            return
        due_at = running.due_at
        deadlines.close_deadlines(
            case=work.case,
            handover=handover,
            kinds=[DeadlineKind.CONFIRM_STOP],
            moment=work.moment,
            cancelled=True,
            reason=ASKED_BY_ANOTHER,
        )
    opening: deadlines.Opening = {
        "case": work.case,
        "kind": DeadlineKind.CONFIRM_STOP,
        "owes": asks,
        "other_side": handover.receiver,
        "handover": handover,
        "urgent": which["urgent"],
        "child": which["child"],
    }
    if due_at is not None:
        opening["due_at"] = due_at
    deadlines.open_all([opening], work.moment)


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
