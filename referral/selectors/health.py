"""Whether the background work is done: for `/healthz` and the facilitator's console. Nothing personal is in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from django.db.models.functions import Coalesce

from common import clock, second_wall
from referral.enums import MailState, RegistryState
from referral.models import Mail, Registry

SWEEP_LATE = timedelta(seconds=60)
MAIL_LATE = timedelta(minutes=15)
"""The oldest mail that waits is younger than this when the mail server answers, one retry or two included."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """Mails that wait, since when the oldest of them does, and those that could not be sent at all."""

    waiting: int
    oldest_wall: datetime | None
    dead: int


def last_sweep() -> datetime | None:
    """When the open registry that has waited longest was swept, or made if it never was; None without a registry."""
    swept = Min(Coalesce("heartbeat_wall", "created_wall"))
    with second_wall.across("health"):
        found: datetime | None = Registry.objects.filter(state=RegistryState.OPEN).aggregate(last=swept)["last"]
    return found


def backlog() -> Backlog:
    """The state of the outbox, in one query."""
    waiting = Q(state=MailState.PENDING)
    with second_wall.across("health"):
        found = Mail.objects.filter(state__in=(MailState.PENDING, MailState.DEAD)).aggregate(
            waiting=Count("pk", filter=waiting),
            oldest=Min("notice__wall", filter=waiting),
            dead=Count("pk", filter=Q(state=MailState.DEAD)),
        )
    return Backlog(found["waiting"], found["oldest"], found["dead"])


def sweep_check() -> tuple[bool, dict[str, float | None]]:
    """Whether every open registry was swept within a minute, and the age in seconds. An empty installation is well."""
    last = last_sweep()
    if last is None:
        return True, {"age_seconds": None}
    age = clock.wall_now() - last
    return age <= SWEEP_LATE, {"age_seconds": round(age.total_seconds(), 1)}


def outbox_check() -> tuple[bool, dict[str, float | int | None]]:
    """Whether mails leave. Dead ones are counted for the one who keeps the installation; they do not make it unwell."""
    found = backlog()
    age = None if found.oldest_wall is None else clock.wall_now() - found.oldest_wall
    return (
        age is None or age <= MAIL_LATE,
        {
            "waiting": found.waiting,
            "oldest_seconds": None if age is None else round(age.total_seconds(), 1),
            "dead": found.dead,
        },
    )


CHECKS: Mapping[str, Callable[[], tuple[bool, object]]] = {"sweep": sweep_check, "outbox": outbox_check}
"""What `config.health` asks, by name."""
