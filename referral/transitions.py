"""The handover machine as one table: pure data. `services.lifecycle` is the only code that acts on it.

Each row is a row of `domain.md` section 3. Buttons on pages, the server's check and `docs/states.md` come from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from referral.enums import Action, DeadlineKind, Gate, HandoverState

S = HandoverState
D = DeadlineKind


class Side(StrEnum):
    """Which side of the handover acts."""

    SENDER = "sender"
    RECEIVER = "receiver"
    EITHER = "either"
    SYSTEM = "system"


class Stamp(StrEnum):
    """The column of the handover that keeps the exercise instant of the transition."""

    OFFERED = "offered_at"
    ACKNOWLEDGED = "acknowledged_at"
    DECIDED = "decided_at"
    DEPARTED = "departed_at"
    RECEIVED = "received_at"
    CLOSED = "closed_at"
    ESCALATED = "escalated_at"


@dataclass(frozen=True, slots=True)
class Transition:
    """One row. `target` None means that the state does not change; `needs` are facts that must be given."""

    action: Action
    sources: frozenset[HandoverState]
    target: HandoverState | None
    side: Side
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    gates: tuple[Gate, ...] = ()
    stamps: tuple[Stamp, ...] = ()
    opens: tuple[DeadlineKind, ...] = ()
    meets: tuple[DeadlineKind, ...] = ()
    ends_all_deadlines: bool = False
    moves_custody: bool = False
    returns_to_source: bool = field(default=False)
    tells: bool = True

    @property
    def facts(self) -> tuple[str, ...]:
        """Columns that the actor fills in."""
        return self.needs + self.may


def _from(*states: HandoverState) -> frozenset[HandoverState]:
    return frozenset(states)


ALL_GATES = tuple(Gate)
UNDECIDED = _from(S.OFFERED, S.ACKNOWLEDGED, S.CLARIFYING)
BEFORE_DEPARTURE = UNDECIDED | _from(S.CONDITIONS_PUT, S.ACCEPTED)
DECISION_GATES = (Gate.AGREEMENT, Gate.RISK, Gate.PERMISSION, Gate.ORIGIN, Gate.CARE)
"""What is checked again under the lock at accept and at depart; place and preview were settled by the offer."""
DISCLOSURE_GATES = (Gate.AGREEMENT, Gate.PERMISSION, Gate.ORIGIN)
"""An answer is a disclosure of one more compartment; `referral.services.handover_rules` keeps out what never travels."""

_ROWS = (
    Transition(
        Action.OFFER,
        _from(S.DRAFT),
        S.OFFERED,
        Side.SENDER,
        gates=ALL_GATES,
        stamps=(Stamp.OFFERED,),
        opens=(D.ACKNOWLEDGE, D.DECIDE),
        meets=(D.STALE_DRAFT,),
    ),
    Transition(
        Action.DISCARD,
        _from(S.DRAFT),
        S.DISCARDED,
        Side.SENDER,
        stamps=(Stamp.CLOSED,),
        ends_all_deadlines=True,
        tells=False,
    ),
    Transition(
        Action.ACKNOWLEDGE,
        _from(S.OFFERED),
        S.ACKNOWLEDGED,
        Side.RECEIVER,
        stamps=(Stamp.ACKNOWLEDGED,),
        meets=(D.ACKNOWLEDGE,),
    ),
    Transition(
        Action.ASK,
        _from(S.ACKNOWLEDGED, S.CLARIFYING),
        S.CLARIFYING,
        Side.RECEIVER,
        needs=("question",),
        opens=(D.ANSWER,),
    ),
    Transition(
        Action.ANSWER,
        _from(S.CLARIFYING),
        S.ACKNOWLEDGED,
        Side.SENDER,
        needs=("answer", "compartment"),
        gates=DISCLOSURE_GATES,
        meets=(D.ANSWER,),
    ),
    Transition(Action.HOLDING_REPLY, UNDECIDED, None, Side.RECEIVER, needs=("reply_by_at",)),
    Transition(
        Action.ACCEPT,
        _from(S.ACKNOWLEDGED, S.CLARIFYING),
        S.ACCEPTED,
        Side.RECEIVER,
        needs=("place_confirmed", "reception_contact", "reception_from_at"),
        may=("child_protection_yes",),
        gates=DECISION_GATES,
        stamps=(Stamp.DECIDED,),
        opens=(D.TRAVEL_PLAN,),
        meets=(D.DECIDE,),
    ),
    Transition(
        Action.DECLINE,
        UNDECIDED,
        S.DECLINED,
        Side.RECEIVER,
        needs=("decline_reason",),
        may=("message_back",),
        stamps=(Stamp.DECIDED, Stamp.CLOSED),
        meets=(D.ACKNOWLEDGE, D.DECIDE),
        ends_all_deadlines=True,
    ),
    Transition(
        Action.WITHDRAW,
        BEFORE_DEPARTURE | _from(S.HELD),
        S.WITHDRAWN,
        Side.SENDER,
        needs=("withdraw_reason",),
        stamps=(Stamp.CLOSED,),
        ends_all_deadlines=True,
    ),
    Transition(
        Action.DEPART,
        _from(S.ACCEPTED),
        S.DEPARTED,
        Side.SENDER,
        needs=("travel_means", "travel_documents", "expected_at"),
        may=("escort", "certificate"),
        gates=DECISION_GATES,
        stamps=(Stamp.DEPARTED,),
        opens=(D.CONFIRM_ARRIVAL,),
        meets=(D.TRAVEL_PLAN,),
    ),
    Transition(
        Action.RECEIVE,
        _from(S.ACCEPTED, S.DEPARTED, S.HELD, S.WHEREABOUTS_UNKNOWN),
        S.RECEIVED,
        Side.RECEIVER,
        needs=("arrived_at", "received_by", "arrived_safely", "person_content"),
        stamps=(Stamp.RECEIVED,),
        opens=(D.FEEDBACK,),
        meets=(D.CONFIRM_ARRIVAL,),
        ends_all_deadlines=True,
        moves_custody=True,
    ),
    Transition(
        Action.GIVE_FEEDBACK,
        _from(S.RECEIVED),
        S.COMPLETED,
        Side.RECEIVER,
        needs=("feedback",),
        may=("feedback_services",),
        stamps=(Stamp.CLOSED,),
        meets=(D.FEEDBACK,),
        ends_all_deadlines=True,
    ),
    Transition(Action.STOP, BEFORE_DEPARTURE, S.HELD, Side.EITHER, opens=(D.CONFIRM_STOP,)),
    Transition(
        Action.CONFIRM_STOP,
        _from(S.HELD),
        S.STOPPED,
        Side.SENDER,
        stamps=(Stamp.CLOSED,),
        meets=(D.CONFIRM_STOP,),
        ends_all_deadlines=True,
    ),
    Transition(Action.CONTINUE, _from(S.HELD), None, Side.SENDER, meets=(D.CONFIRM_STOP,), returns_to_source=True),
)

TRANSITIONS: Mapping[Action, Transition] = {row.action: row for row in _ROWS}

AFTER_ARRIVAL = _from(S.RECEIVED, S.COMPLETED)


def actions_from(state: HandoverState, side: Side) -> tuple[Action, ...]:
    """What this side could do next in this state, in the order of the table."""
    return tuple(row.action for row in _ROWS if state in row.sources and row.side in (side, Side.EITHER))
