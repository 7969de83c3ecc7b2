"""Sessions in our own table: whose each one is can be asked, and ending one is removing its row.

Django's documented way of extending its database sessions. `allauth.usersessions` was the other candidate; why not:
docs/decisions/0053-sessions.md.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models import QuerySet
from django.db.models.functions import Now

from accounts import session_limits as limits
from accounts.models import Session
from common import clock, prepared


def row_key(session_key: str) -> str:
    """The primary key of the row of a cookie's value."""
    return sha256(session_key.encode()).hexdigest()


class SessionStore(DatabaseStore):
    """Rows found by a digest, dated by the database's clock; columns repeat what the list of a person's devices needs."""

    read_wall: datetime | None = None
    """What the database's clock said when the row was read; None before."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Our own table."""
        return Session

    def _get_session_from_db(self) -> Session | None:
        found: Session | None = prepared.first(_open, row_key(self.session_key or ""))
        if found is None:
            self._session_key = None
        else:
            self.read_wall = found.read_wall  # type: ignore[attr-defined]
        return found

    def exists(self, session_key: str) -> bool:
        """Whether a cookie's value has a row."""
        return Session.objects.filter(session_key=row_key(session_key)).exists()

    def delete(self, session_key: str | None = None) -> None:
        """End this session, or the one of another cookie's value."""
        if key := session_key or self.session_key:
            Session.objects.filter(session_key=row_key(key)).delete()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row of this session as it stands now."""
        user = data.get(SESSION_KEY)
        return Session(
            session_key=row_key(str(self._get_or_create_session_key())),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=Now() + limits.ABSOLUTE,
            user_id=int(user) if user else None,
            since_wall=_instant(data.get(limits.SINCE)) if user else None,
            seen_wall=_instant(data.get(limits.SEEN)) if user else None,
            device=data.get(limits.DEVICE, "") if user else "",
        )

    @classmethod
    def clear_expired(cls) -> None:
        """Remove the rows that nothing opens any more; `manage.py clearsessions`, and a few at every sign-in."""
        Session.objects.filter(expire_date__lt=Now()).delete()


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _open(key: str) -> QuerySet[Session]:
    rows = Session.objects.filter(session_key=key, expire_date__gt=Now())
    return rows.annotate(read_wall=clock.READ)
