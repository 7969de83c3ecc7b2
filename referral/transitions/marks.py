"""What must stand on a handover before an act makes sense, beyond its state: a proposal to answer, a hold of one kind.

Pure functions over the handover's own columns, so that a button is shown exactly where the server would take the act.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from referral.enums import CHILD_PROTECTION_DECIDES, Action, HandoverState


class Marked(Protocol):
    """The columns that are read here."""

    state: str
    held_from: str
    child: bool
    outside: bool
    objected: bool
    hold_reason: str
    forward_country_id: str | None
    correction_asked_at: datetime | None


def _asked_in_private(handover: Marked) -> bool:
    return handover.hold_reason in CHILD_PROTECTION_DECIDES


def _still_talked_about(handover: Marked) -> bool:
    """After the feedback only an arrival with an objection asks for words: both sides owe them."""
    return handover.state != HandoverState.COMPLETED or handover.objected


MARKS: Mapping[Action, Callable[[Marked], bool]] = {
    Action.PROPOSE_FORWARD: lambda handover: handover.forward_country_id is None,
    Action.AGREE_FORWARD: lambda handover: handover.forward_country_id is not None,
    Action.REFUSE_FORWARD: lambda handover: handover.forward_country_id is not None,
    Action.REVOKE: lambda handover: (
        handover.state == HandoverState.ACCEPTED or handover.held_from == HandoverState.ACCEPTED
    ),
    # The person may stop what already waits for another reason.
    Action.STOP: lambda handover: not _asked_in_private(handover),
    Action.CONFIRM_STOP: _asked_in_private,
    Action.CONTINUE: _asked_in_private,
    Action.RESUME: lambda handover: not _asked_in_private(handover),
    Action.OBJECT: lambda handover: not handover.objected,
    Action.DISENGAGE: lambda handover: handover.objected and not handover.child,
    Action.ASK_CORRECTION: lambda handover: handover.correction_asked_at is None,
    Action.AGREE_CORRECTION: lambda handover: handover.correction_asked_at is not None,
    Action.REFUSE_CORRECTION: lambda handover: handover.correction_asked_at is not None,
    Action.CHILD_ANSWER: lambda handover: handover.child,
    Action.WRITE_MESSAGE: lambda handover: not handover.outside and _still_talked_about(handover),
    Action.RECORD_CALL: lambda handover: _still_talked_about(handover),
}


def makes_sense(action: Action, handover: Marked) -> bool:
    """Whether the marks that the act answers stand on this handover."""
    check = MARKS.get(action)
    return check is None or check(handover)
