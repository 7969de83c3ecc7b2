"""What one row of the handover table says."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from referral.enums import Action, DeadlineKind, Gate, HandoverState


class Side(StrEnum):
    """Which side of the handover acts."""

    SENDER = "sender"
    RECEIVER = "receiver"
    EITHER = "either"
    SYSTEM = "system"


class Stamp(StrEnum):
    """The column of the handover that keeps the exercise instant of the transition.

    Where the same column may be given as a fact, it keeps that instead: when it happened, if it is recorded later.
    """

    OFFERED = "offered_at"
    ACKNOWLEDGED = "acknowledged_at"
    DECIDED = "decided_at"
    DEPARTED = "departed_at"
    RECEIVED = "received_at"
    MISSING_SINCE = "missing_since_at"
    CORRECTION_ASKED = "correction_asked_at"
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
    cancels: tuple[DeadlineKind, ...] = ()
    """What nobody can do any more from here on: no longer needed, and never met."""
    ends_all_deadlines: bool = False
    moves_custody: bool = False
    returns_to_source: bool = field(default=False)
    outside: bool = False
    """The sender also records it for a receiver without a seat, with officer, date and reference."""
    second_person: bool = False
    """The first call proposes, a second person of the same institution confirms."""
    together: bool = False
    """Linked handovers of a family take this row in one transaction, or none does."""
    clears: tuple[str, ...] = ()
    """Columns of the handover that go back to empty: marks that this row answers or makes void."""
    tells: bool = True

    @property
    def facts(self) -> tuple[str, ...]:
        """Columns that the actor fills in."""
        return self.needs + self.may


def from_states(*states: HandoverState) -> frozenset[HandoverState]:
    """A set of states."""
    return frozenset(states)
