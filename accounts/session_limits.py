"""How long somebody stays signed in: 15 minutes without an act, 12 hours in all. Arithmetic on a session, no HTTP.

The instants stand in the session as text and in columns of its row. A session without them is over: whatever signs
somebody in must begin it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

IDLE = timedelta(minutes=15)
WARNED_BEFORE = timedelta(minutes=2)
ABSOLUTE = timedelta(hours=12)
NOTED_EVERY = timedelta(seconds=30)
"""An act within half a minute of the last one writes nothing: one update instead of one per page."""

SINCE, SEEN, UNTIL, DEVICE = "since_wall", "seen_wall", "until_wall", "device"

POLL = "X-Poll"
"""Header of what a page asks by itself. Nobody has pressed anything, so it is no act."""


def begin(session: Any, wall: datetime, device: str) -> None:
    """Somebody signed in at `wall` with a device of these codes."""
    session[SINCE] = session[SEEN] = wall.isoformat()
    session[UNTIL] = (wall + ABSOLUTE).isoformat()
    session[DEVICE] = device


def limit(session: Any, until_wall: datetime) -> None:
    """Let the whole session end at `until_wall` instead of after 12 hours: a workshop seat lasts as long as its run."""
    session[UNTIL] = until_wall.isoformat()


def note(session: Any, wall: datetime) -> None:
    """An act at `wall`."""
    if wall - _read(session, SEEN, wall) >= NOTED_EVERY:
        session[SEEN] = wall.isoformat()


def left(session: Any, wall: datetime) -> timedelta:
    """What remains at `wall` if nothing more is pressed: zero or less means over."""
    if SEEN not in session or UNTIL not in session:
        return timedelta(0)
    return min(_read(session, SEEN, wall) + IDLE, _read(session, UNTIL, wall)) - wall


def _read(session: Any, name: str, default: datetime) -> datetime:
    return datetime.fromisoformat(session[name]) if name in session else default
