"""Sets of states and of gates that several rows share."""

from __future__ import annotations

from referral.enums import Gate, HandoverState
from referral.transitions.row import from_states

S = HandoverState

ALL_GATES = tuple(Gate)
UNDECIDED = from_states(S.OFFERED, S.ACKNOWLEDGED, S.CLARIFYING)
BEFORE_DEPARTURE = UNDECIDED | from_states(S.CONDITIONS_PUT, S.ACCEPTED)
OPEN = BEFORE_DEPARTURE | from_states(S.HELD, S.DEPARTED, S.WHEREABOUTS_UNKNOWN)
ON_THE_WAY = from_states(S.DEPARTED, S.WHEREABOUTS_UNKNOWN)
DECISION_GATES = (
    Gate.AGREEMENT,
    Gate.RISK,
    Gate.PERMISSION,
    Gate.ORIGIN,
    Gate.REFLECTION,
    Gate.LEGAL_BASIS,
    Gate.CARE,
)
"""What is checked again under the lock at accept and at depart; place and preview were settled by the offer."""
DISCLOSURE_GATES = (Gate.AGREEMENT, Gate.PERMISSION, Gate.ORIGIN, Gate.LEGAL_BASIS)
"""An answer is a disclosure of one more compartment; `referral.services.handover_rules` keeps out what never travels.

A travel plan is one too: it tells where the person will be, and when."""
SUPPLEMENT_GATES = (Gate.PERMISSION, Gate.ORIGIN, Gate.LEGAL_BASIS)
"""What is sent after the packet, also when the person has arrived: moving is settled, sharing is not."""
