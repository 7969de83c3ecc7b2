"""Load the demonstration: the registry, its cast, and the stories played up to its Monday morning."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from common import clock
from common.clock import ClockMode
from referral.demonstration import cast, stories_home, stories_journeys
from referral.demonstration.stage import NOW, Stage, actor_of_membership, play, wall_of
from referral.enums import MailState, RegistryKind
from referral.models import Mail, Notice, Registry
from referral.services import clock as clock_service
from referral.services import reminders
from referral.services.clock import OwnReason
from referral.services.moment import moment_of

SLUG = "lagos"
RATE = Decimal(60)
HISTORY = timedelta(days=150)
RECENT = timedelta(hours=48)
"""Mails of the played history that are older than this are not sent any more."""


def loaded() -> Registry | None:
    """The demonstration, when it is there."""
    return Registry.objects.filter(slug=SLUG).first()


@transaction.atomic
def load(password: str) -> Registry:
    """Write the demonstration and leave its clock stopped, to go on at the first sign-in."""
    wall = clock.wall_now()
    registry = _registry(wall - HISTORY / int(RATE))
    found = cast.institutions(registry, registry.starts_at)
    cast.agreements(registry)
    memberships = cast.seats(registry, found, password)
    stage = Stage(
        registry=registry,
        actors={key: actor_of_membership(membership) for key, membership in memberships.items()},
        institutions=found,
    )
    play(stage, [*stories_journeys.stories(), *stories_home.stories()])
    with clock.moved_wall(wall_of(registry, NOW)):
        reminders.settle(registry, moment_of(registry))
        clock_service.pause(registry.pk, user=None, reason=OwnReason.IDLE)
    _close_the_past(registry)
    return registry


def _registry(wall: datetime) -> Registry:
    """The clock runs at 60x from the first day of the history, so that every stamp has its wall time."""
    return Registry.objects.create(
        name="Lagos demonstration",
        slug=SLUG,
        kind=RegistryKind.DEMONSTRATION,
        starts_at=NOW - HISTORY,
        created_wall=wall,
        anchor_wall=wall,
        anchor_exercise_at=NOW - HISTORY,
        rate=RATE,
        mode=ClockMode.RUNNING,
        heartbeat_wall=wall,
        last_seen_wall=wall,
    )


def _close_the_past(registry: Registry) -> None:
    """The played history sends no mail, and its old notices are read."""
    past = NOW - RECENT
    Mail.objects.filter(registry=registry, state=MailState.PENDING, notice__at__lt=past).update(
        state=MailState.CANCELLED, last_error="part of the played history"
    )
    Notice.objects.filter(registry=registry, at__lt=past, read_wall=None).update(read_wall=registry.anchor_wall)


def keep_password(password: str) -> bool:
    """Give the demonstration logins this password when it is another one than before; says whether it changed."""
    first = User.objects.filter(demonstration=True).first()
    if first is None or first.check_password(password):
        return False
    first.set_password(password)
    User.objects.filter(demonstration=True).update(password=first.password)
    return True
