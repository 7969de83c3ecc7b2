"""The states of an enquiry and of a request about a person: two small tables of pure data beside `referral.transitions`.

Source: `domain.md` section 3. A row says from which states an act is possible and where it leads; nobody else says it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from referral.enums import AskKind, EnquiryState, PullState


class EnquiryAct(StrEnum):
    """What happens to an enquiry after it was asked."""

    YES = "yes"
    NO = "no"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"


class RequestAct(StrEnum):
    """What the holder does with a request. To the asker all three are silence."""

    AGREE = "agree"
    REFUSE = "refuse"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class EnquiryMove:
    """One row: possible in these states, leads to that one."""

    sources: frozenset[EnquiryState]
    target: EnquiryState


@dataclass(frozen=True, slots=True)
class RequestMove:
    """One row: possible in these states for these kinds of request, leads to that state."""

    sources: frozenset[PullState]
    target: PullState
    kinds: frozenset[AskKind]


UNANSWERED = frozenset({EnquiryState.OPEN, EnquiryState.LAPSED})
"""No answer yet. One that comes after the last reminder still counts: lapsed is a mark, never an end."""

ENQUIRY_MOVES: Mapping[EnquiryAct, EnquiryMove] = {
    EnquiryAct.YES: EnquiryMove(UNANSWERED, EnquiryState.YES),
    EnquiryAct.NO: EnquiryMove(UNANSWERED, EnquiryState.NO),
    EnquiryAct.WITHDRAW: EnquiryMove(UNANSWERED, EnquiryState.WITHDRAWN),
    EnquiryAct.LAPSE: EnquiryMove(frozenset({EnquiryState.OPEN}), EnquiryState.LAPSED),
}

ANSWERED_BY_HOLDER = frozenset({PullState.OPEN})

REQUEST_MOVES: Mapping[RequestAct, RequestMove] = {
    RequestAct.AGREE: RequestMove(ANSWERED_BY_HOLDER, PullState.AGREED, frozenset({AskKind.PULL})),
    RequestAct.REFUSE: RequestMove(ANSWERED_BY_HOLDER, PullState.REFUSED, frozenset({AskKind.PULL})),
    RequestAct.NOTE: RequestMove(ANSWERED_BY_HOLDER, PullState.REFUSED, frozenset({AskKind.SEARCH, AskKind.PRESENCE})),
}


def enquiry_acts(state: str) -> tuple[EnquiryAct, ...]:
    """What can happen to an enquiry in this state, in the order of the table."""
    return tuple(act for act, move in ENQUIRY_MOVES.items() if state in move.sources)


def request_acts(kind: str, state: str) -> tuple[RequestAct, ...]:
    """What the holder can do with a request of this kind in this state, in the order of the table."""
    return tuple(act for act, move in REQUEST_MOVES.items() if state in move.sources and kind in move.kinds)
