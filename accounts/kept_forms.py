"""What somebody had typed when the session ended, kept for the same person in the same browser.

It lies sealed in the browser's session on the server, never in an address and never in the browser's own store: a
shared computer shows nothing of it to whoever sits down next. Only the same account opens it, on the same page.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from accounts import session_limits as limits
from accounts.sealing import opened, seal

KEPT = "kept_forms"
PURPOSE = "kept_forms"
AT_MOST = 3
LONGEST = 200_000
"""Characters of one form. Longer ones do not come from people typing."""
OURS = frozenset({"csrfmiddlewaretoken", "submission", "version", "kept-page"})
"""Fields that no person types and that a new page brings anew."""

Fields = dict[str, list[str]]


def keep(session: Any, *, user_id: int, page: str, posted: Mapping[str, Sequence[str]], wall: datetime) -> bool:
    """Keep what was typed on `page`; False when there is nothing to keep or too much."""
    fields: Fields = {name: list(values) for name, values in posted.items() if name not in OURS}
    text = json.dumps(fields)
    if not any(value.strip() for values in fields.values() for value in values) or len(text) > LONGEST:
        return False
    known = {other: entry for other, entry in session.get(KEPT, {}).items() if other != page}
    newest = dict(list(known.items())[-(AT_MOST - 1) :])
    sealed = seal(text, purpose=PURPOSE, bound_to=_bond(user_id, page))
    session[KEPT] = {**newest, page: {"user": user_id, "wall": wall.isoformat(), "sealed": sealed}}
    return True


def kept(session: Any, *, user_id: int, page: str, wall: datetime) -> Fields | None:
    """What `user_id` had typed on `page`, for as long as a session lasts; else None."""
    entry = session.get(KEPT, {}).get(page)
    if entry is None or wall - datetime.fromisoformat(entry["wall"]) > limits.ABSOLUTE:
        return None
    text = opened(entry["sealed"], purpose=PURPOSE, bound_to=_bond(user_id, page))
    return None if text is None else json.loads(text)


def forget(session: Any, page: str) -> None:
    """The form of this page was sent, or its owner does not want it back."""
    if page in session.get(KEPT, {}):
        session[KEPT] = {other: entry for other, entry in session[KEPT].items() if other != page}


def forget_others(session: Any, user_id: int) -> None:
    """Somebody signed in: what other accounts had typed in this browser goes."""
    if KEPT in session:
        session[KEPT] = {page: entry for page, entry in session[KEPT].items() if entry["user"] == user_id}


def _bond(user_id: int, page: str) -> str:
    return f"{user_id}:{page}"
