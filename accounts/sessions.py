"""Where somebody is signed in, and how that ends: at sign-out, after a limit, from another device, with the seat."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import logout
from django.db import transaction
from django.db.models.functions import Now

from accounts import kept_forms, security_log
from accounts import session_limits as limits
from accounts.devices import device_code, device_words
from accounts.models import Session, User
from accounts.session_store import row_key
from common import clock

SWEPT_AT_ONCE = 100
ENDED = "ended_user"
"""Session key: whose session ended by itself in this browser. Says nothing to the browser and opens nothing."""


@dataclass(frozen=True, slots=True)
class Device:
    """One place where somebody is signed in. `key` names it in a form and opens nothing."""

    key: str
    name: str
    since: datetime
    seen: datetime
    here: bool


def begin(sender: Any, request: Any, user: User, **kwargs: Any) -> None:
    """Somebody signed in, in whatever way: receiver of Django's own signal, so that no way can be forgotten."""
    limits.begin(request.session, clock.wall_now(), device_code(request.META.get("HTTP_USER_AGENT", "")))
    request.session.pop(ENDED, None)
    kept_forms.forget_others(request.session, user.pk)
    _sweep()
    security_log.note("signed_in", user=user.pk)


def end_here(request: Any, why: str) -> None:
    """Sign this browser out after a limit; what was typed stays for the same person to find after signing in again.

    The browser stays known as that person's: another of its pages may hold something typed that has not been sent yet.
    """
    user_id, kept = request.user.pk, request.session.get(kept_forms.KEPT)
    security_log.note(why, user=user_id)
    logout(request)
    request.session[ENDED] = user_id
    if kept:
        request.session[kept_forms.KEPT] = kept


def devices(user: User, session_key: str | None, wall: datetime) -> list[Device]:
    """Where `user` is signed in at `wall`: this device first, then the one seen latest."""
    here = row_key(session_key or "")
    rows = Session.objects.filter(user=user, expire_date__gt=Now(), seen_wall__gt=wall - limits.IDLE)
    found = [
        Device(row.pk, device_words(row.device), row.since_wall, row.seen_wall, row.pk == here)
        for row in rows.order_by("-seen_wall")
        if row.since_wall and row.seen_wall
    ]
    return sorted(found, key=lambda device: not device.here)


def end_one(user: User, key: str) -> bool:
    """End one session of `user`, at once; False where there is none of this name."""
    ended, _each = Session.objects.filter(user=user, pk=key).delete()
    if ended:
        security_log.note("session_ended", user=user.pk)
    return bool(ended)


def end_others(user: User, session_key: str | None) -> int:
    """End every session of `user` but this one, at once; how many there were."""
    ended, _each = Session.objects.filter(user=user).exclude(pk=row_key(session_key or "")).delete()
    security_log.note("other_sessions_ended", user=user.pk)
    return ended


def end_all(user_ids: Iterable[int]) -> int:
    """End every session of these users, at once: their seat was taken, or their account closed. How many there were."""
    ended, _each = Session.objects.filter(user__in=list(user_ids)).delete()
    return ended


def end_every() -> int:
    """End the sessions of everybody, at once; how many there were."""
    ended, _each = Session.objects.all().delete()
    return ended


def password_was_set(sender: Any, request: Any, user: User, **kwargs: Any) -> None:
    """A new password, by whichever way: whoever is signed in elsewhere with the old one is not any more."""
    security_log.note("password_set", user=user.pk)
    end_others(user, request.session.session_key)


def account_saved(sender: Any, instance: User, **kwargs: Any) -> None:
    """A closed account is signed out everywhere, whoever closed it and from where."""
    if not instance.is_active:
        end_all([instance.pk])


@transaction.atomic
def _sweep() -> None:
    """Remove some rows that nothing opens any more; rows that another sign-in holds are passed over."""
    over = Session.objects.select_for_update(skip_locked=True).filter(expire_date__lt=Now())
    Session.objects.filter(pk__in=list(over.values_list("pk", flat=True)[:SWEPT_AT_ONCE])).delete()
