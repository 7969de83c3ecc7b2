"""The handover machine as one table: pure data. `services.lifecycle` is the only code that acts on it.

Each row is a row of `domain.md` section 3. Buttons on pages, the server's check and `docs/states.md` come from it.
"""

from __future__ import annotations

from collections.abc import Mapping

from referral.enums import Action, HandoverState
from referral.transitions import detours, straight
from referral.transitions.row import Side, Stamp, Transition, from_states

_ROWS = (*straight.ROWS, *detours.ROWS)

TRANSITIONS: Mapping[Action, Transition] = {row.action: row for row in _ROWS}

AFTER_ARRIVAL = from_states(HandoverState.RECEIVED, HandoverState.COMPLETED)


def actions_from(state: HandoverState, side: Side) -> tuple[Action, ...]:
    """What this side could do next in this state, in the order of the table."""
    return tuple(row.action for row in _ROWS if state in row.sources and row.side in (side, Side.EITHER))


__all__ = ["AFTER_ARRIVAL", "TRANSITIONS", "Side", "Stamp", "Transition", "actions_from"]
