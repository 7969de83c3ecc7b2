"""The states of a break-glass request: a small table of pure data beside `referral.asking_states`.

Source: `domain.md` section 5: reason, second person, one case, 60 minutes of wall time. Renewing is a new request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from referral.enums import GlassState


class GlassAct(StrEnum):
    """What happens to a request after it was made."""

    OPEN = "open"
    FIND_NOTHING = "find_nothing"
    """Confirmed, and there is nobody of this code or nothing of her may reach who asks. The two look the same."""
    DROP = "drop"
    LAPSE = "lapse"
    END = "end"


@dataclass(frozen=True, slots=True)
class GlassMove:
    """One row: possible in these states, leads to that one. `by_time` says that it happens when the time is over."""

    sources: frozenset[GlassState]
    target: GlassState
    second_person: bool = False
    by_time: bool = False


ASKED = frozenset({GlassState.ASKED})

GLASS_MOVES: Mapping[GlassAct, GlassMove] = {
    GlassAct.OPEN: GlassMove(ASKED, GlassState.OPENED, second_person=True),
    GlassAct.FIND_NOTHING: GlassMove(ASKED, GlassState.NOTHING, second_person=True),
    GlassAct.DROP: GlassMove(ASKED, GlassState.DROPPED),
    GlassAct.LAPSE: GlassMove(ASKED, GlassState.LAPSED, by_time=True),
    GlassAct.END: GlassMove(frozenset({GlassState.OPENED}), GlassState.ENDED),
}

BY_TIME: Mapping[GlassState, GlassAct] = {GlassState.ASKED: GlassAct.LAPSE, GlassState.OPENED: GlassAct.END}
"""What the end of its time does to a request in each state that has one."""


def possible(act: GlassAct, state: str) -> bool:
    """Whether a request in this state can take this act."""
    return state in GLASS_MOVES[act].sources
